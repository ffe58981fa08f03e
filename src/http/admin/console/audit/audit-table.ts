/** Entries of the audit trail as a table: codes in whole words, and what an entry tells of beside. */
import { surfaceInWords } from '../../../../approval/card-view.js';
import { shownId } from '../../../../approval/short-id.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { AuditLine } from '../../../../contract/looks.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import { cell, table } from '../table.js';

export function auditTable(
  entries: readonly AuditLine[],
  { empty, isOfOne = false }: { readonly empty: string; readonly isOfOne?: boolean },
): Html {
  const heads = ['When', 'Who', 'What', 'Whom', 'Over', ...(isOfOne ? [] : ['Site', 'Address', 'Request']), 'Detail'];
  return table(
    heads,
    entries.map((entry) => rowOf(entry, isOfOne)),
    { empty },
  );
}

function rowOf(entry: AuditLine, isOfOne: boolean): readonly (Html | string)[] {
  const where = [
    orNone(entry.site, cell),
    orNone(entry.address, (address) => html`<code class="whole">${address}</code>`),
    orNone(entry.requestId, (id) => html`<a href="/requests/${id}"><code>${shownId(id)}</code></a>`),
  ];
  return [
    timeElement(entry.atMs),
    cell(entry.who),
    whatInWords(entry.what),
    orNone(entry.whom, cell),
    surfaceInWords(entry.surface),
    ...(isOfOne ? [] : where),
    detailOf(entry),
  ];
}

/** `signed_in` is `signed in`. */
function whatInWords(what: string): string {
  return cell(what.replaceAll('_', ' '));
}

/** What its other cells have not said. */
const SAID = ['outcome', 'approver', 'account'];

function detailOf({ detail }: AuditLine): Html | string {
  const rest = Object.entries(detail).filter(([name, value]) => value !== null && !SAID.includes(name));
  if (rest.length === 0) return '';
  return html`<details class="small">
    <summary>${rest.length === 1 ? '1 more' : `${String(rest.length)} more`}</summary>
    <dl>
      ${rest.map(
        ([name, value]) =>
          html`<div>
            <dt>${inWords(name)}</dt>
            <dd>${valueOf(name, value)}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}

/** A moment; `graceMs` is none. */
const AT_MS = /(At|until|Until)Ms$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** `graceMs` is `grace ms`, `untilMs` is `until`. */
function inWords(name: string): string {
  return (AT_MS.test(name) ? name.slice(0, -'Ms'.length) : name)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
}

function valueOf(name: string, value: AuditLine['detail'][string]): Html | string {
  if (typeof value === 'number' && AT_MS.test(name)) return timeElement(value);
  if (typeof value === 'string' && ISO_TIME.test(value)) return timeElement(Date.parse(value));
  return cell(String(value));
}

function orNone<T>(value: T | null, draw: (value: T) => Html | string): Html | string {
  return value === null ? '' : draw(value);
}
