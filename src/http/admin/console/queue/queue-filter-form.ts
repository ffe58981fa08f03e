/** The form by which the queue is looked through: a GET, so that a page of it has an address. */
import { DELIVERY_KINDS, DELIVERY_STATES } from '../../../../approval/delivery.js';
import { html, type Html } from '../../../../base/text/html.js';

/** By the names of the query. */
export type FilterFields = Readonly<Record<string, string>>;

export function filterForm(fields: FilterFields): Html {
  return html`<form class="filter" method="get" action="/queue">
    ${choice('state', 'State', { words: DELIVERY_STATES, chosen: fields['state'] })}
    ${choice('kind', 'Kind', { words: DELIVERY_KINDS, chosen: fields['kind'] })}
    ${TEXTS.map(([name, label, hint]) => text(name, { label, hint, value: fields[name] ?? '' }))}
    <button>Show</button>
  </form>`;
}

const TEXTS = [
  ['channel', 'Channel', ''],
  ['transport', 'Carried by', ''],
  ['provider', 'Mail provider', ''],
  ['mailbox', 'Mailbox', ''],
  ['site', 'Site', ''],
  ['recipient', 'Recipient', 'a part of it'],
  ['older_than', 'Older than', '7d'],
  ['newer_than', 'Newer than', '8h'],
] as const;

function choice(
  name: string,
  label: string,
  { words, chosen }: { readonly words: readonly string[]; readonly chosen: string | undefined },
): Html {
  const options = words.map((word) =>
    word === chosen
      ? html`<option value="${word}" selected>${word.replace('_', ' ')}</option>`
      : html`<option value="${word}">${word.replace('_', ' ')}</option>`,
  );
  return html`<div>
    <label for="${name}">${label}</label>
    <select class="field" id="${name}" name="${name}">
      <option value="">any</option>
      ${options}
    </select>
  </div>`;
}

function text(
  name: string,
  { label, hint, value }: { readonly label: string; readonly hint: string; readonly value: string },
): Html {
  return html`<div>
    <label for="${name}">${label}</label>
    <input class="field" id="${name}" name="${name}" value="${value}" placeholder="${hint}" autocomplete="off" />
  </div>`;
}
