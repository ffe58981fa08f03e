/** How the pages of mail records look. Where there is no session of an operator's, there are no forms. */
import { html, type Html } from '../../../../base/text/html.js';
import type { ProviderGate } from '../../../../contract/mail-routing.js';
import type {
  MailboxLine,
  MailProviderLine,
  MailSecretLine,
  MailTestLine,
} from '../../../../contract/operators-mail.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import { fact } from '../../../shared/pages/fact.js';
import { spanInWords, timeElement } from '../../../shared/pages/time-in-words.js';
import type { Refusal } from '../../../shared/reply.js';
import { cardsPage, consoleMessage, consolePage, type ConsolePage } from '../console-page.js';
import { textField } from '../form-fields.js';
import { FAILURES } from '../failures/failure-views.js';
import { proveAgain, type Proving } from '../just-proven.js';
import { cell, table } from '../table.js';
import { MAIL, placeOf, purposeOf, secretPurpose, type Act, type Looker, type Of } from './places.js';
import { changeCard, linkToNew } from './record-cards.js';
import { secretForms } from './secret-forms.js';
import { refusalHint, standingOf, stateOf } from './standing.js';

export function listPage({
  providers,
  mailboxes,
  gates,
}: {
  readonly providers: readonly MailProviderLine[];
  readonly mailboxes: readonly MailboxLine[];
  readonly gates: readonly ProviderGate[];
}): ConsolePage {
  const cards = html`<section class="card">
      <h2>Providers</h2>
      ${table(
        PROVIDER_HEADS,
        providers.map((one) => providerRow(one, gates)),
        { empty: 'No mail is sent: there is no provider.' },
      )}
      <p class="aside">${linkToNew('smtp')} ${linkToNew('graph')}</p>
    </section>
    <section class="card">
      <h2>Mailboxes</h2>
      ${table(MAILBOX_HEADS, mailboxes.map(mailboxRow), { empty: 'There is no address that mails are from.' })}
      <p class="aside">${linkToNew('mailbox')}</p>
    </section>`;
  return cardsPage('Mail', cards);
}

const PROVIDER_HEADS = ['Provider', 'Kind', 'Where', 'State', 'From', 'Secrets'];

function providerRow(one: MailProviderLine, gates: readonly ProviderGate[]): readonly (Html | string)[] {
  const { name, kind, secrets, lacks } = one;
  return [
    linkTo({ kind: 'provider', id: name }),
    kind,
    cell(whereOf(one)),
    standingOf(one, gates),
    ORIGINS[one.origin],
    html`${secrets.map((secret) => html`<div>${secret.purpose}, ${ageOf(secret)}</div>`)}
    ${lacks.map((purpose) => html`<div><strong>no ${purpose}</strong></div>`)}`,
  ];
}

const MAILBOX_HEADS = ['Address', 'Provider', 'For', 'Priority', 'State', 'From'];

function mailboxRow(one: MailboxLine): readonly (Html | string)[] {
  const at = linkTo({ kind: 'mailbox', id: one.address });
  return [at, one.provider, cell(scopeOf(one)), String(one.priority), stateOf(one), ORIGINS[one.origin]];
}

const ORIGINS = { env: 'the environment', declared: 'sites.toml', stored: 'the database' } as const;

export function providerPage(one: MailProviderLine, looker: Looker, gates: readonly ProviderGate[]): ConsolePage {
  const of: Of = { kind: 'provider', id: one.name };
  const fields = Object.entries(one.endpoint).filter(([, value]) => value !== null);
  const facts = html`<section class="card">
    <dl>
      ${fact('State', standingOf(one, gates))} ${fact('Kind', one.kind)}
      ${fields.map(([name, value]) => fact(inWords(name), cell(String(value))))} ${fact('Policy', policyOf(one))}
      ${fact('From', `${ORIGINS[one.origin]}, version ${String(one.version)}`)}
      ${fact('Mailboxes', one.mailboxes.length === 0 ? 'none' : linksTo(one.mailboxes))}
    </dl>
    <h2>Secrets</h2>
    ${table(['For', 'Version', 'Age', 'Key', 'Opens'], one.secrets.map(secretRow), { empty: 'There is none.', isNarrow: true })}
    ${one.lacks.length > 0 && html`<p><strong>It cannot send without ${one.lacks.join(' and ')}.</strong></p>`}
  </section>`;
  return cardsPage(`Provider ${one.name}`, html`${facts} ${actsOn(one, of, looker)}`, 'Mail');
}

function secretRow(one: MailSecretLine): readonly (Html | string)[] {
  const key = one.keyId === null ? '' : html`<code>${one.keyId}</code>`;
  return [one.purpose, one.version === null ? '' : String(one.version), ageOf(one), key, one.fault ?? 'yes'];
}

export function mailboxPage(one: MailboxLine, looker: Looker): ConsolePage {
  const facts = html`<section class="card">
    <dl>
      ${fact('State', stateOf(one))} ${fact('Name', one.name === '' ? 'none' : one.name)}
      ${fact('Provider', linkTo({ kind: 'provider', id: one.provider }))} ${fact('For', scopeOf(one))}
      ${fact('Priority', String(one.priority))} ${fact('From', ORIGINS[one.origin])}
    </dl>
  </section>`;
  const of: Of = { kind: 'mailbox', id: one.address };
  return cardsPage(`Mailbox ${one.address}`, html`${facts} ${actsOn(one, of, looker)}`, 'Mail');
}

function actsOn(one: MailProviderLine | MailboxLine, of: Of, looker: Looker): Html | false {
  const { session } = looker;
  if (session === null) return false;
  const isStored = one.origin === 'stored';
  return html`<section class="card">
      <h2>Try it</h2>
      <p class="hint">One real mail, sent at once; without an address it is a sign-in alone.</p>
      ${form(of, { act: 'test', session, label: 'Try it' }, textField('to', 'Send a mail to', { hint: 'you@example.org' }))}
    </section>
    <section class="card">${stateForm(one, of, session)}</section>
    ${isStored && 'kind' in one && secretsCard(one, { ...looker, session })} ${isStored && changeCard(one, of, looker)}
    <p class="aside"><a href="${MAIL}">To all providers and mailboxes</a></p>`;
}

function stateForm(one: MailProviderLine | MailboxLine, of: Of, session: SignedInThere): Html {
  const refusal = 'refusal' in one ? refusalHint(one) : null;
  if (one.state === 'paused' || refusal !== null)
    return html`<h2>Go on</h2>
      ${refusal} ${form(of, { act: 'resume', session, label: 'Resume it' })}`;
  const reason = textField('reason', 'Why', { isRequired: true });
  return html`<h2>Pause it</h2>
    <p class="hint">Nothing is sent over it then; what waits stays in the queue, or goes another way.</p>
    ${form(of, { act: 'pause', session, label: 'Pause it' }, reason)}`;
}

function secretsCard(one: MailProviderLine, looker: Looker & { readonly session: SignedInThere }): Html {
  const path = placeOf({ kind: 'provider', id: one.name });
  return html`<section class="card">
    <h2>Put a new secret</h2>
    ${
      looker.mayPut
        ? secretForms(one, (purpose) => ({
            action: `${path}/secret`,
            csrf: looker.session.csrfToken(secretPurpose(one.name, purpose)),
          }))
        : proveAgain(looker, path, 'To put a secret')
    }
  </section>`;
}

interface Button {
  readonly act: Act;
  readonly session: SignedInThere;
  readonly label: string;
}

function form(of: Of, { act, session, label }: Button, fields: Html | false = false): Html {
  return html`<form class="filter roomy" method="post" action="${placeOf(of)}/${act}">
    <input type="hidden" name="csrf" value="${session.csrfToken(purposeOf(act, of))}" />
    ${fields}
    <button>${label}</button>
  </form>`;
}

export function nothingHere(): ConsolePage {
  return consoleMessage(
    404,
    'Nothing here',
    html`<p><a class="button" href="${MAIL}">To all providers and mailboxes</a></p>`,
  );
}

export function removedPage({ kind, id }: Of): ConsolePage {
  return consoleMessage(
    200,
    'Removed',
    html`<p>The ${kind} ${id} is gone; the audit says that it was there.</p>
      <p><a class="button" href="${MAIL}">To all providers and mailboxes</a></p>`,
  );
}

export function changedPage(of: Of): ConsolePage {
  return consoleMessage(
    200,
    'Changed',
    html`<p>It holds from now on, in every process.</p>
      <p><a class="button" href="${placeOf(of)}">To it</a></p>`,
  );
}

export function putPage({ purpose, version }: MailSecretLine, of: Of): ConsolePage {
  const body = html`<p>${purpose} is version ${String(version)} now, and used from the next mail on.</p>
    <p><a class="button" href="${placeOf(of)}">To the provider, to try it</a></p>`;
  return consoleMessage(200, 'Put', body);
}

export function notProvenPage(place: string, proving: Proving): ConsolePage {
  return consoleMessage(403, 'Not done', proveAgain(proving, place, 'To do this'));
}

export function testedPage(tried: MailTestLine, of: Of): ConsolePage {
  const { isOk, to, provider, detail, cure, tookMs, isResumed = false } = tried;
  const title = isOk ? 'It works' : 'It does not work';
  const body = html`<dl>
      ${fact('Provider', provider)} ${fact('Mail to', to ?? 'nobody: a sign-in alone')} ${fact('Answer', detail)}
      ${cure !== '' && fact('What to do', cure)} ${fact('Took', `${String(tookMs)} ms`)}
    </dl>
    ${isResumed && html`<p>What waited because it refused us is sent now.</p>`}
    <p class="aside"><a href="${placeOf(of)}">Back</a> ${isOk && html`<a href="${FAILURES}">To the failures</a>`}</p>`;
  return consolePage(title, body, 'Mail');
}

export function refusedPage({ status, body }: Refusal, of: Of | null): ConsolePage {
  const back = of === null || status === 404 ? MAIL : placeOf(of);
  return consoleMessage(
    status,
    'Not done',
    html`<p>${body.detail}</p>
      <p><a class="button" href="${back}">Back</a></p>`,
  );
}

function linkTo(of: Of): Html {
  return html`<a href="${placeOf(of)}">${cell(of.id)}</a>`;
}

function linksTo(addresses: readonly string[]): Html {
  return html`${addresses.map((id) => html`<div>${linkTo({ kind: 'mailbox', id })}</div>`)}`;
}

/** `Token url` for `token_url`. */
function inWords(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}

function whereOf({ endpoint }: MailProviderLine): string {
  return 'host' in endpoint ? `${String(endpoint['host'])}:${String(endpoint['port'])}` : String(endpoint['tenant']);
}

function scopeOf({ sites, producers }: MailboxLine): string {
  return [...sites, ...producers.map((name) => `producer ${name}`)].join(', ') || 'everything';
}

function policyOf({ policy }: MailProviderLine): Html | string {
  return Object.keys(policy).length === 0 ? 'the defaults' : html`<code>${JSON.stringify(policy)}</code>`;
}

function ageOf({ ageSeconds, createdAt, fault }: MailSecretLine): Html | string {
  if (ageSeconds === null || createdAt === null) return 'given there';
  const age = html`${spanInWords(ageSeconds * 1_000)} old
    <span class="hint">${timeElement(Date.parse(createdAt))}</span>`;
  return fault === null ? age : html`${age} <strong>does not open: ${fault}</strong>`;
}
