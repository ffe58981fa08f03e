/** Forms that make, change and remove mail records. What they have in them is what the API takes, by the same names. */
import { html, type Html } from '../../../../base/text/html.js';
import type { GivenFields, MailboxLine, MailProviderLine } from '../../../../contract/operators-mail.js';
import type { Form } from '../../../shared/form.js';
import { secondStep } from '../../../shared/pages/second-step.js';
import { choiceField, textField } from '../form-fields.js';

type Kind = MailProviderLine['kind'];
type FieldWords = readonly [name: string, label: string, hint: string];

const TLS = ['implicit', 'required', 'if_offered', 'none'];
const FIELDS: Readonly<Record<Kind, { readonly usual: readonly FieldWords[]; readonly rare: readonly FieldWords[] }>> =
  {
    smtp: {
      usual: [
        ['host', 'Server', 'mail.example.org'],
        ['port', 'Port', '587'],
        ['user', 'User', 'gate@example.org'],
      ],
      rare: [
        ['oauth_token_url', 'XOAUTH2: token address', 'https://…'],
        ['oauth_client_id', 'XOAUTH2: client id', ''],
        ['oauth_grant', 'XOAUTH2: grant', 'refresh_token'],
        ['oauth_scope', 'XOAUTH2: scope', ''],
        ['dkim_domain', 'DKIM: domain', 'example.org'],
        ['dkim_selector', 'DKIM: selector', 'mail2026'],
        ['bounce_address', 'Bounces go to', 'bounces+{id}@example.org'],
      ],
    },
    graph: {
      usual: [
        ['tenant', 'Tenant', 'contoso.com'],
        ['client_id', 'Application', ''],
      ],
      rare: [
        ['api_url', 'Address of Graph', 'https://graph.microsoft.com/v1.0'],
        ['token_url', 'Token address', 'https://login.microsoftonline.com/…'],
      ],
    },
  };
const NUMBERS = ['port', 'priority', 'version'];
const LISTS = ['sites', 'producers'];
const MAILBOX_FIELDS: readonly FieldWords[] = [
  ['provider', 'Provider', 'relay'],
  ['name', 'Name beside the address', 'Koder Gate'],
  ['sites', 'For these sites alone', 'stg.example.org, …'],
  ['producers', 'For these producers alone', ''],
  ['priority', 'Priority, the lowest first', '100'],
];

export interface Sent {
  readonly action: string;
  readonly csrf: string;
}

/** `from` null: a new one. */
export function providerForm(kind: Kind, from: MailProviderLine | null, to: Sent): Html {
  const { usual, rare } = FIELDS[kind];
  const values = from?.endpoint ?? {};
  const tls = choiceField('tls', 'Encryption', {
    choices: TLS.map((value) => ({ value, words: value.replace('_', ' ') })),
    chosen: shown(values['tls']),
    any: 'as is usual there',
  });
  return html`<form class="filter roomy" method="post" action="${to.action}">
    ${hidden(to.csrf, from)} <input type="hidden" name="kind" value="${kind}" />
    ${from === null && textField('name', 'Name', { hint: 'relay', isRequired: true })} ${fields(usual, values)}
    ${kind === 'smtp' && tls}
    <details>
      <summary>More</summary>
      <div class="filter">${fields(rare, values)}</div>
    </details>
    <button>${from === null ? 'Add it' : 'Change it'}</button>
  </form>`;
}

export function mailboxForm(from: MailboxLine | null, to: Sent): Html {
  return html`<form class="filter roomy" method="post" action="${to.action}">
    ${hidden(to.csrf, from)}
    ${from === null && textField('address', 'Address', { hint: 'gate@example.org', isRequired: true })}
    ${fields(MAILBOX_FIELDS, { ...from })}
    <button>${from === null ? 'Add it' : 'Change it'}</button>
  </form>`;
}

export function removeForm(what: string, { action, csrf }: Sent): Html {
  return secondStep(
    'Remove it',
    html`<form method="post" action="${action}">
      <p>${what}</p>
      ${hidden(csrf, null)}
      <button>Yes, remove it</button>
    </form>`,
  );
}

/** With the version that is looked at: a form that is late changes nothing. */
function hidden(csrf: string, from: { readonly version: number | null } | null): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}" />
    ${from?.version != null && html`<input type="hidden" name="version" value="${String(from.version)}" />`}`;
}

function fields(all: readonly FieldWords[], values: GivenFields): Html {
  return html`${all.map(([name, label, hint]) => textField(name, label, { value: shown(values[name]), hint }))}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What is empty is not given for a new record, and taken out of one that there is. */
export function givenIn(form: Form, isNew: boolean): GivenFields {
  const all = [...form].filter(([name]) => name !== 'csrf').map(([name, text]) => [name, text.trim()] as const);
  return Object.fromEntries(all.flatMap(([name, text]) => (isNew && text === '' ? [] : [[name, valueOf(name, text)]])));
}

function valueOf(name: string, text: string): unknown {
  if (LISTS.includes(name)) return text.split(/[\s,]+/).filter((part) => part !== '');
  if (text === '') return name === 'name' ? '' : undefined;
  return NUMBERS.includes(name) && /^\d{1,9}$/.test(text) ? Number(text) : text;
}
