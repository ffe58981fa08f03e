/** Fields of the console's forms, each with its label. A filter is a GET, so that a page of it has an address. */
import { html, type Html } from '../../../base/text/html.js';

/** By the names of the query. */
export type Fields = Readonly<Record<string, string>>;

export interface Choice {
  readonly value: string;
  readonly words: string;
}

export function choiceField(
  name: string,
  label: string,
  {
    choices,
    chosen,
    any = 'any',
  }: { readonly choices: readonly Choice[]; readonly chosen: string | undefined; readonly any?: string },
): Html {
  return html`<div>
    <label for="${name}">${label}</label>
    <select class="field" id="${name}" name="${name}">
      <option value="">${any}</option>
      ${choices.map(({ value, words }) =>
        value === chosen
          ? html`<option value="${value}" selected>${words}</option>`
          : html`<option value="${value}">${words}</option>`,
      )}
    </select>
  </div>`;
}

export function textField(
  name: string,
  label: string,
  {
    value = '',
    hint = '',
    type = 'text',
    isRequired = false,
  }: {
    readonly value?: string | undefined;
    readonly hint?: string;
    readonly type?: 'text' | 'search' | 'date';
    readonly isRequired?: boolean;
  },
): Html {
  return html`<div>
    <label for="${name}">${label}</label>
    <input
      class="field"
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      placeholder="${hint}"
      autocomplete="off"
      ${isRequired && html` required`}
    />
  </div>`;
}

export function filterForm(action: string, fields: Html): Html {
  return html`<form class="filter" method="get" action="${action}">
    ${fields}
    <button>Show</button>
  </form>`;
}

/** A form sends what nobody filled in as empty. */
export function withoutEmpty<T>(query: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}

export function pathWith(path: string, fields: Fields): string {
  const query = new URLSearchParams(fields).toString();
  return query === '' ? path : `${path}?${query}`;
}
