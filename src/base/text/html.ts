/** A template tag for HTML. It escapes every value that was not itself made by this tag. */

const made: unique symbol = Symbol('html');

/** Markup that is safe to send. Only `html` makes it. */
export interface Html {
  readonly [made]: string;
}

/** `null` and `false` print nothing, for parts that are there only on a condition. */
export type HtmlValue = string | number | Html | readonly Html[] | null | false;

export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const text = parts.reduce((sofar, part, index) => sofar + render(values[index - 1] ?? null) + part);
  return { [made]: text };
}

export function markupOf(page: Html): string {
  return page[made];
}

function render(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'number') return String(value);
  return isList(value) ? value.map((item) => item[made]).join('') : value[made];
}

function isList(value: Html | readonly Html[]): value is readonly Html[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for attributes in double quotes. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
