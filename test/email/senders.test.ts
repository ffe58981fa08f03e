/** What a sender answers before anything can have left, and where an operator is sent whose stored server does not work. */
import { expect, test } from '@jest/globals';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import type { MailProvider, MailRecords } from '../../src/contract/mail-records.js';
import { openTransport } from '../../bots/email/open-transport.js';
import { openTransports } from '../../bots/email/open-transports.js';
import { sendersBy } from '../../bots/email/senders.js';
import { MAIL_SOURCES } from '../fixtures/http/mail-records.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const ROUTE = { provider: 'office', mailbox: 'office@example.org' };
const deps = { ownName: 'gate.example', clock: systemClock(), random: systemRandom(), log: keptLog() };
const all = {
  providers: MAIL_SOURCES.flatMap((source) => source.providers),
  mailboxes: MAIL_SOURCES.flatMap((source) => source.mailboxes),
};

function away(): Promise<never> {
  return Promise.reject(new LedgerUnavailable('the database is away'));
}

function sendWith(records: Pick<MailRecords, 'providers' | 'mailboxes' | 'secret'>, routeFor = away) {
  const transports = openTransports({ ...deps, records });
  const senders = sendersBy({ records, routing: { routeFor, policyOf: () => null }, transports, own: null });
  return (route: typeof ROUTE | null) =>
    senders.send(
      route,
      (from) => ({
        ...{ ...from, to: 'ada@example.org', subject: 's', text: 't', html: 'h' },
        ...{ messageId: 'm@example.org', dateMs: 0, isFirstAttempt: true },
      }),
      AbortSignal.timeout(5_000),
    );
}

const there = {
  providers: () => Promise.resolve(all.providers),
  mailboxes: () => Promise.resolve(all.mailboxes),
  secret: () => Promise.resolve(null),
};

test.each([
  ['the mailboxes', { ...there, mailboxes: away }, ROUTE],
  ['the providers', { ...there, providers: away }, ROUTE],
  ['a secret', { ...there, secret: away }, ROUTE],
  ['the way', there, null],
])('a mail is put off while the database does not say %s: it never left', async (_what, records, route) => {
  const answer = await sendWith(records)(route);

  expect(answer).toEqual({ kind: 'deferred', reason: 'records_unavailable' });
});

test('another fault is no outage of the records, and is not hidden', async () => {
  const broken = () => Promise.reject(new TypeError('x is not a function'));

  await expect(sendWith({ ...there, secret: broken })(ROUTE)).rejects.toThrow(TypeError);
});

test.each([
  ['env', 'SMTP_URL'],
  ['declared', '[mail.providers.relay] of sites.toml'],
  ['stored', 'the mail provider relay'],
] as const)('a server of %s that cannot be reached is mended in %s', async (origin, where) => {
  const endpoint = { host: '127.0.0.1', port: 1, tls: 'none', user: null, oauth: null } as const;
  const state = { state: 'active', pausedReason: null, policy: {}, version: 1 } as const;
  const provider: MailProvider = { name: 'relay', kind: 'smtp', endpoint, origin, ...state };

  const opened = await openTransport(provider, { ...deps, records: there });

  if ('problem' in opened) throw new Error(opened.problem);
  const health = await opened.transport.health(AbortSignal.timeout(5_000));
  opened.transport.close();
  expect(health).toMatchObject({ kind: 'unhealthy', cure: expect.stringContaining(where) });
  if (origin !== 'env') expect(JSON.stringify(health)).not.toMatch(/SMTP_URL|MAIL_FROM/);
});
