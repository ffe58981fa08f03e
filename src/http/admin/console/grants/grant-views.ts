/** How the grants' pages look. Where there is no session of an operator's, there are no forms. */
import { shownId } from '../../../../approval/short-id.js';
import { html, type Html } from '../../../../base/text/html.js';
import type { GrantRecord } from '../../../../contract/ledger.js';
import type { Page } from '../../../../contract/look-ledger.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import { fact } from '../../../shared/pages/fact.js';
import { secondStep } from '../../../shared/pages/second-step.js';
import { spanInWords, timeElement } from '../../../shared/pages/time-in-words.js';
import { cardsPage, consoleMessage, consolePage, live, type ConsolePage } from '../console-page.js';
import { filterForm, textField, type Fields } from '../form-fields.js';
import { emptyWords, pageLinks } from '../paging.js';
import { cell, table } from '../table.js';

export const GRANTS = '/grants';
export const NEW = `${GRANTS}/new`;

export interface Looker {
  /** Of an operator; null: there are no forms. */
  readonly session: SignedInThere | null;
  readonly nowMs: number;
  /** Of a form that is sent once: a second press of it changes nothing. */
  readonly tapId: string;
}

/** A form for one act on one grant does no other. */
export function purposeOf(act: 'revoke' | 'extend' | 'grant', what: string): string {
  return `grant ${act} ${what}`;
}

export interface GivenGrant {
  readonly address: string;
  readonly site: string;
  readonly for: string;
}

/** What a form for a new grant was made for. */
export function newPurpose({ address, site, for: time }: GivenGrant): string {
  return purposeOf('grant', `${address} ${site} ${time}`);
}

export function listPage(
  { found, next }: Page<GrantRecord>,
  { fields, isFirst, ...looker }: Looker & { readonly fields: Fields; readonly isFirst: boolean },
): ConsolePage {
  const rows = found.map((grant) => rowOf(grant, looker));
  const list = html`<section class="card">
    ${filterForm(GRANTS, textField('containing', 'Site, address, giver or number', { type: 'search', value: fields['containing'] }))}
    ${table(HEADS, rows, { empty: emptyWords(next, 'Nobody has been granted anything of the kind.') })}
    ${pageLinks({ path: GRANTS, fields, isFirst, next })}
  </section>`;
  return live(cardsPage('Grants', html`${list} ${looker.session !== null && byHand()}`));
}

const HEADS = ['Grant', 'Address', 'Site', 'Until', 'Left', 'By', 'Request'];

function rowOf(grant: GrantRecord, { session, nowMs }: Looker): readonly (Html | string)[] {
  const { id, address, site, untilMs, grantedBy, requestId } = grant;
  const number = String(id);
  return [
    session === null ? number : html`<a href="${GRANTS}/${number}">${number}</a>`,
    html`<code class="whole">${address}</code>`,
    cell(site),
    timeElement(untilMs),
    spanInWords(untilMs - nowMs),
    cell(grantedBy),
    requestId === null ? 'by hand' : html`<a href="/requests/${requestId}"><code>${shownId(requestId)}</code></a>`,
  ];
}

function byHand(): Html {
  return html`<section class="card">
    <h2>Let an address in by hand</h2>
    <p class="hint">
      Without a request, for as long as the site allows or shorter. You see once more what it does before it is done.
    </p>
    <form class="filter" method="get" action="${NEW}">
      ${textField('address', 'Address', { hint: '203.0.113.7', isRequired: true })}
      ${textField('site', 'Site', { hint: 'stg.example.org', isRequired: true })}
      ${textField('for', 'For', { hint: '8h' })}
      <button>Go on</button>
    </form>
  </section>`;
}

export function previewPage(given: GivenGrant, { session, tapId }: Looker): ConsolePage {
  const time = given.for === '' ? 'as long as the site allows' : given.for;
  const content = html`<dl>
      ${fact('Address', html`<code>${given.address}</code>`)} ${fact('Site', given.site)} ${fact('For', time)}
    </dl>
    <p>Whoever comes from this address passes the site then, without being asked.</p>
    ${
      session !== null &&
      html`<form method="post" action="${GRANTS}">
        ${hidden({ csrf: session.csrfToken(newPurpose(given)), tap: tapId, ...given })}
        <button class="approve">Yes, let them in</button>
      </form>`
    }
    <p class="aside"><a href="${GRANTS}">Back</a></p>`;
  return consolePage('Let an address in', content, 'Grants');
}

export function grantPage(grant: GrantRecord, looker: Looker): ConsolePage {
  const { id, address, site, untilMs, grantedBy, requestId } = grant;
  const content = html`<dl>
      ${fact('Address', html`<code>${address}</code>`)} ${fact('Site', site)} ${fact('Until', timeElement(untilMs))}
      ${fact('Left', spanInWords(untilMs - looker.nowMs))} ${fact('Given by', grantedBy)}
      ${fact('Request', requestId === null ? 'none: by hand' : html`<a href="/requests/${requestId}"><code>${shownId(requestId)}</code></a>`)}
    </dl>
    ${looker.session !== null && actsOn(grant, looker, looker.session)}
    <p class="aside"><a href="${GRANTS}">To the grants</a></p>`;
  return consolePage(`Grant ${String(id)}`, content, 'Grants');
}

function actsOn({ id, requestId, address }: GrantRecord, { tapId }: Looker, session: SignedInThere): Html {
  const at = `${GRANTS}/${String(id)}`;
  const fieldsFor = (act: 'revoke' | 'extend'): Html =>
    html`${hidden({ csrf: session.csrfToken(purposeOf(act, String(id))), tap: tapId })}`;
  return html`${
    requestId !== null &&
    html`<h2>More time</h2>
      <form class="filter" method="post" action="${at}/extend">
        ${fieldsFor('extend')} ${textField('for', 'From now', { hint: '8h' })}
        <button>Extend</button>
      </form>
      <p class="hint">Empty: as long as the site allows. It is never shortened by this.</p>`
  }
  ${secondStep(
    'Revoke',
    html`<p>${address} is asked for again at its next visit.</p>
      <form method="post" action="${at}/revoke">
        ${fieldsFor('revoke')}
        <button>Yes, revoke it</button>
      </form>`,
  )}`;
}

function hidden(fields: Fields): readonly Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}

/** What the gate said to an act. */
export function answeredPage(isOk: boolean, lines: readonly string[]): ConsolePage {
  const body = html`${lines.map((line) => html`<p>${line}</p>`)}
    <p><a class="button" href="${GRANTS}">To the grants</a></p>`;
  return { ...consoleMessage(isOk ? 200 : 409, isOk ? 'Done' : 'Nothing changed', body), under: 'Grants' };
}

export function noGrantPage(): ConsolePage {
  const body = html`<p>It is over, or was revoked.</p>
    <p><a class="button" href="${GRANTS}">To the grants</a></p>`;
  return { ...consoleMessage(404, 'No such grant', body), under: 'Grants' };
}
