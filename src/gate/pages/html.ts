/** A template tag for the visitor's pages: what is put in is escaped, unless this tag made it. */

const made: unique symbol = Symbol('html');

export interface Html {
  readonly [made]: string;
}

export type HtmlValue = string | Html | null;

export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { [made]: parts.reduce((sofar, part, index) => sofar + render(values[index - 1] ?? null) + part) };
}

export function markupOf(page: Html): string {
  return page[made];
}

function render(value: HtmlValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? escape(value) : value[made];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
