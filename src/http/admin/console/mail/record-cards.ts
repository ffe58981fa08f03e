/**
 * Where records are made, changed and removed. Whoever changes where a provider is may have its secret sent there: so that wants a
 * proof of the moment, as putting a secret does.
 */
import { html, type Html } from '../../../../base/text/html.js';
import type { MailboxLine, MailProviderLine } from '../../../../contract/operators-mail.js';
import { consolePage, type ConsolePage } from '../console-page.js';
import { proveAgain } from '../just-proven.js';
import { MAIL, PATHS, placeOf, recordPurpose, type Looker, type Of, type RecordAct } from './places.js';
import { mailboxForm, providerForm, removeForm, type Sent } from './record-forms.js';

const NEW = {
  smtp: { title: 'Add a mail server', path: PATHS.provider, of: { kind: 'provider', id: 'smtp' } },
  graph: { title: 'Add a provider at Microsoft Graph', path: PATHS.provider, of: { kind: 'provider', id: 'graph' } },
  mailbox: { title: 'Add a mailbox', path: PATHS.mailbox, of: { kind: 'mailbox', id: '' } },
} as const;

export type New = keyof typeof NEW;

export function newOf(text: string): New | null {
  return Object.hasOwn(NEW, text) ? (text as New) : null;
}

export function linkToNew(what: New): Html {
  return html`<a href="${placeOfNew(what)}">${NEW[what].title}</a>`;
}

export function newPage(what: New, looker: Looker): ConsolePage {
  const { title, path, of } = NEW[what];
  const sent = sendingBy(looker)('add', of, path);
  const form = what === 'mailbox' ? mailboxForm(null, sent) : providerForm(what, null, sent);
  const { session } = looker;
  const why = session === null ? BY_COMMAND : proveAgain({ ...looker, session }, placeOfNew(what), 'To add one');
  return consolePage(
    title,
    html`${looker.mayPut ? form : why}
      <p class="aside"><a href="${MAIL}">To all providers and mailboxes</a></p>`,
    'Mail',
  );
}

const BY_COMMAND = html`<p>The command line adds one: <code>gate mail --help</code></p>`;

function placeOfNew(what: New): string {
  return `${MAIL}/new/${what}`;
}

export function changeCard(one: MailProviderLine | MailboxLine, of: Of, looker: Looker): Html | false {
  const place = placeOf(of);
  const title = html`<h2>Change it</h2>`;
  if (looker.session === null) return false;
  if (!looker.mayPut)
    return html`<section class="card">
      ${title} ${proveAgain({ ...looker, session: looker.session }, place, 'To change or remove it')}
    </section>`;
  const sent = sendingBy(looker);
  const toChange = sent('update', of, `${place}/update`);
  const what =
    'kind' in one
      ? 'Its secrets go with it. A provider that mailboxes use stays.'
      : 'Nothing is sent from it any more.';
  return html`<section class="card">
    ${title} ${'kind' in one ? providerForm(one.kind, one, toChange) : mailboxForm(one, toChange)}
    ${removeForm(what, sent('remove', of, `${place}/remove`))}
  </section>`;
}

type Sending = (act: RecordAct, of: Of, action: string) => Sent;

function sendingBy({ session }: Looker): Sending {
  return (act, of, action) => ({ action, csrf: session?.csrfToken(recordPurpose(act, of)) ?? '' });
}
