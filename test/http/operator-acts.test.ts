/**
 * What operators do is in the audit trail: who, over what, and how it was before and after. Here is every route of the admin plane and
 * every command that may change something; a new one has no row here, and fails until it has.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { VisitorAddress } from '../../src/approval/brand.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { VERBS } from '../../src/commands/verbs.js';
import type { AuditRow } from '../../src/contract/ledger.js';
import { openAdmin, post } from '../fixtures/http/admin-calls.js';
import { planes } from '../fixtures/http/one-planes.js';
import { ADA, HOST } from '../fixtures/http/planes.js';
import { routesOf } from '../fixtures/http/routes-of.js';

openAdmin();

/** Changes nothing that is anybody's, or nothing of an operator's. */
const NO_ACT: Readonly<Record<string, string>> = {
  'post /auth/oauth': 'a service signs somebody in: signed_in',
  'post /auth/introspect': 'a question',
  'post /session/end': 'of whoever signs out: sessions_ended',
  'post /v1/dead-letters/:id/body': 'reads: dead_letter_read',
  'post /api/mail/providers/:id/test': 'a mail to whom the operator names: mail_tested',
  'post /api/mail/mailboxes/:id/test': 'a mail to whom the operator names: mail_tested',
  'post /mail/providers/:id/test': 'a mail to whom the operator names: mail_tested',
  'post /mail/mailboxes/:id/test': 'a mail to whom the operator names: mail_tested',
  'post /sites/drill': 'a test card',
  'post /audit/verify': 'reads',
};

/** By which entry each act is told. */
const ACTS: Readonly<Record<string, readonly string[]>> = {
  'post /v1/commands': ['decided', 'granted', 'revoked', 'extended', 'muted', 'unmuted', 'unlinked'],
  'post /v1/sign-in-links': ['sign_in_link', 'factors_reset'],
  'post /v1/reload': ['reloaded', 'sessions_ended'],
  'post /v1/dead-letters/:id/redrive': ['dead_letter_redriven'],
  'delete /api/deliveries': ['deliveries_purged'],
  'post /api/deliveries/retry': ['delivery_redriven'],
  'delete /api/deliveries/:id': ['delivery_removed'],
  'post /api/deliveries/:id/retry': ['delivery_redriven'],
  'post /api/deliveries/:id/cancel': ['delivery_cancelled'],
  'post /api/mail/providers': ['mail_provider_added'],
  'post /api/mail/providers/:id': ['mail_provider_changed'],
  'post /api/mail/providers/:id/pause': ['mail_provider_paused'],
  'post /api/mail/providers/:id/resume': ['mail_provider_resumed'],
  'delete /api/mail/providers/:id': ['mail_provider_removed'],
  'post /api/mail/mailboxes': ['mailbox_added'],
  'post /api/mail/mailboxes/:id': ['mailbox_changed'],
  'post /api/mail/mailboxes/:id/pause': ['mailbox_paused'],
  'post /api/mail/mailboxes/:id/resume': ['mailbox_resumed'],
  'delete /api/mail/mailboxes/:id': ['mailbox_removed'],
  'post /api/mail/secrets': ['mail_secret_put'],
  'delete /api/mail/secrets': ['mail_secret_removed'],
  'post /api/failures/:id/retry': ['delivery_redriven'],
  'post /api/failures/:id/resolve': ['failure_resolved'],
  'post /api/suppressions': ['suppression_set'],
  'delete /api/suppressions': ['suppression_lifted'],
  'post /api/pauses': ['channel_paused'],
  'delete /api/pauses': ['channel_resumed'],
  'post /failures/:id/retry': ['delivery_redriven'],
  'post /failures/:id/resolve': ['failure_resolved'],
  'post /failures/suppressions/lift': ['suppression_lifted'],
  'post /queue/channels/pause': ['channel_paused'],
  'post /queue/channels/resume': ['channel_resumed'],
  'post /mail/providers': ['mail_provider_added'],
  'post /mail/providers/:id/update': ['mail_provider_changed'],
  'post /mail/providers/:id/remove': ['mail_provider_removed'],
  'post /mail/mailboxes': ['mailbox_added'],
  'post /mail/mailboxes/:id/update': ['mailbox_changed'],
  'post /mail/mailboxes/:id/remove': ['mailbox_removed'],
  'post /mail/providers/:id/pause': ['mail_provider_paused'],
  'post /mail/providers/:id/resume': ['mail_provider_resumed'],
  'post /mail/mailboxes/:id/pause': ['mailbox_paused'],
  'post /mail/mailboxes/:id/resume': ['mailbox_resumed'],
  'post /mail/providers/:id/secret': ['mail_secret_put'],
  'post /v1/service-tokens': ['service_token_minted'],
  'post /v1/site-tokens': ['site_token_minted'],
  'post /v1/identity-tokens': ['identity_token_minted'],
  'post /v1/service-tokens/:id/revoke': ['service_token_revoked'],
  'post /v1/sessions/end': ['sessions_ended'],
  'post /v1/accounts/state': ['account_disabled', 'account_enabled'],
  'post /v1/accounts/reset-factors': ['factors_reset'],
  'post /grants': ['granted'],
  'post /grants/:id/revoke': ['revoked'],
  'post /grants/:id/extend': ['extended'],
  'post /queue/delete': ['deliveries_purged'],
  'post /queue/retry': ['delivery_redriven'],
  'post /queue/:id/retry': ['delivery_redriven'],
  'post /queue/:id/cancel': ['delivery_cancelled'],
  'post /queue/:id/delete': ['delivery_removed'],
  'post /dead-letters/:id/redrive': ['dead_letter_redriven'],
  'post /accounts/reset': ['factors_reset'],
};

/** Commands by the entry that tells of them; null: they only show something. */
const COMMANDS: Readonly<Record<string, string | null>> = {
  pending: null,
  show: null,
  approve: 'decided',
  deny: 'decided',
  grants: null,
  grant: 'granted',
  revoke: 'revoked',
  extend: 'extended',
  history: null,
  mute: 'muted',
  unmute: 'unmuted',
  who: null,
  accounts: null,
  link: 'link_code',
  unlink: 'unlinked',
  doctor: null,
  drill: null,
  help: null,
};

test('every route that takes a change has its entry of the trail, or a reason why it needs none', () => {
  const changing = routesOf(planes.adminApp)
    .filter(({ method, path }) => ['post', 'delete', 'put', 'patch'].includes(method) && !path.includes(','))
    .map(({ method, path }) => `${method} ${path}`);

  const listed = [...Object.keys(ACTS), ...Object.keys(NO_ACT)];
  expect([...new Set(changing)].filter((route) => !listed.includes(route))).toEqual([]);
  expect(listed.filter((route) => !changing.includes(route))).toEqual([]);
});

test('what the table names is what the code writes', () => {
  const folder = join(packageRoot(), 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const code = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');

  const named = [...Object.values(ACTS).flat(), ...Object.values(COMMANDS).filter((what) => what !== null)];

  // of an account, the state that it has is in the name
  const missing = [...new Set(named)].filter((what) => !code.includes(`'${what}'`) && !what.startsWith('account_'));
  expect(missing).toEqual([]);
});

test('every command is told by an entry, or only shows something', () => {
  expect(VERBS.map(({ name }) => name).filter((name) => !(name in COMMANDS))).toEqual([]);
});

const BY = { actor: { kind: 'operator', name: 'ada' }, surface: 'cli', tapId: '' } as const;
const VISITOR = '203.0.113.77' as VisitorAddress;
let taps = 0;
const by = () => ({ ...BY, tapId: String((taps += 1)) });

async function entryOf(what: string): Promise<AuditRow> {
  const found = (await planes.store.ledger.audit.recent(50)).find((row) => row.what === what);
  if (found === undefined) throw new Error(`no entry ${what}`);
  return found;
}

async function granted(): Promise<void> {
  await planes.desk.grant({ ...by(), site: HOST, address: VISITOR, ttlSeconds: 600 });
}

async function minted(): Promise<string> {
  const answer = await post('/v1/site-tokens', { site: HOST, label: 'probe', ttlSeconds: 600, operator: 'ada' });
  return (JSON.parse(answer.text) as { id: string }).id;
}

/** What it is about, beside the site and the address; then how it was and is. */
type Told = readonly [of: string | null, before: unknown, after: unknown];
const A_TIME = expect.any(Number);

const DONE: readonly (readonly [what: string, act: () => Promise<unknown>, told: Told])[] = [
  ['granted', granted, ['grant', null, A_TIME]],
  ['granted', () => granted().then(granted), ['grant', A_TIME, A_TIME]],
  ['revoked', () => granted().then(() => planes.desk.revoke({ ...by(), what: VISITOR })), ['grant', 'live', 'revoked']],
  ['muted', () => planes.desk.mute({ ...by(), what: HOST, ttlSeconds: 600 }), [null, null, A_TIME]],
  [
    'unmuted',
    () =>
      planes.desk
        .mute({ ...by(), what: HOST, ttlSeconds: 600 })
        .then(() => planes.desk.unmute({ ...by(), what: HOST })),
    [null, A_TIME, null],
  ],
  ['site_token_minted', minted, ['token', null, 'live']],
  [
    'service_token_revoked',
    async () => post(`/v1/service-tokens/${await minted()}/revoke`, { operator: 'ada' }),
    ['token', 'live', 'revoked'],
  ],
  [
    'account_disabled',
    () => post('/v1/accounts/state', { account: ADA, state: 'disabled', operator: 'ada' }),
    ['account', 'active', 'disabled'],
  ],
  ['sign_in_link', () => planes.identity.signInLinks.make(ADA, 'ada'), ['approver', null, 'made']],
  ['factors_reset', () => planes.identity.signInLinks.make(ADA, 'ada', true), ['approver', 'none', 'none']],
];

test.each(DONE)('%s says who, over what, before and after (%#)', async (what, act, [of, before, after]) => {
  await act();

  const { who, site, detail } = await entryOf(what);
  expect(who).toBe('operator:ada');
  expect(of === null ? site : detail[of]).toBeTruthy();
  expect(detail).toMatchObject({ before, after });
});
