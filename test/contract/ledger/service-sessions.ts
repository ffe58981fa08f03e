/** Promises about sessions that services hold: one refresh token at a time, a reuse ends all, and what ends an account's sessions ends them. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger, Refreshed } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import { opened } from './inputs.js';

const random = systemRandom();
const RACERS = 20;
const HOUR_SECONDS = 3_600;

type Start = Parameters<Ledger['identity']['startServiceSession']>[0];

interface Held extends Start {
  readonly account: AccountId;
}

const audit = { ...opened, what: 'refresh_token_reused', surface: 'service', site: null, address: null };

function access(seconds = 600) {
  return { hash: random.hex(32), seconds };
}

/** A new account's, by its credential. */
async function held(ledger: Ledger, change: Partial<Start> = {}): Promise<Held> {
  const account = `eve-${random.id()}` as AccountId;
  const facts = { provider: 'koder', email: null, isEmailVerified: false, name: 'Eve' };
  const key = { issuer: 'https://id.koder.dev', subject: random.id() };
  await ledger.identity.addCredential({ ...key, ...facts, to: { kind: 'new', account, name: 'Eve' } }, opened);
  const input: Start = {
    proof: { kind: 'credential', ...key, facts },
    service: 'portal',
    hash: random.hex(32),
    refreshHash: random.hex(32),
    access: access(),
    idleSeconds: HOUR_SECONDS,
    ...change,
  };
  expect(await ledger.identity.startServiceSession(input)).toMatchObject({ account, signedInBy: 'provider' });
  return { ...input, account };
}

type Refresh = Parameters<Ledger['identity']['refreshServiceSession']>[0];

function refresh(ledger: Ledger, { hash, service, refreshHash }: Held, change: Partial<Refresh> = {}) {
  const input = {
    ...{ hash, service, refreshHash, nextRefreshHash: random.hex(32), access: access() },
    ...{ idleSeconds: HOUR_SECONDS, maxSeconds: 24 * HOUR_SECONDS },
    ...change,
  };
  return ledger.identity.refreshServiceSession(input, audit);
}

function identity(lie: (honest: Ledger) => Partial<Ledger['identity']>): Lie {
  return (honest) => lying(honest, { identity: lie(honest) });
}

/** A ledger that takes a refresh token as often as it comes. */
const takesAgain = identity((honest) => ({
  async refreshServiceSession(input, entry): Promise<Refreshed> {
    const session = await honest.identity.session(input.hash);
    if (session !== null) return { kind: 'refreshed', session };
    return honest.identity.refreshServiceSession(input, entry);
  },
}));

export const serviceSessionCases: readonly LedgerCase[] = [
  {
    promise:
      'an access token says whose it is, of which service and until when, and a session that services hold is no browser’s',
    async check({ ledger, processes: [, second], query }) {
      const one = await held(ledger);

      const shown = await second.identity.accessToken(one.access.hash);

      expect(shown).toMatchObject({ service: 'portal', session: { account: one.account, kept: { name: 'Eve' } } });
      expect(Math.abs((shown?.untilMs ?? 0) - (shown?.session.authenticatedAtMs ?? 0) - 600_000)).toBeLessThan(1_000);
      expect(await ledger.identity.accessToken(random.hex(32))).toBeNull();
      expect(await ledger.identity.accessToken(one.hash)).toBeNull();
      expect(only(await ledger.identity.sessions({ approver: one.account, limit: 5 }))).toMatchObject({
        browser: 'through portal',
      });
      const said = await query(`SELECT what, surface, detail FROM audit WHERE who = '${one.account}'`);
      expect(said).toMatchObject([{ what: 'signed_in', surface: 'service' }]);
      expect(JSON.stringify(said)).toContain('portal');
    },
    mutant: identity((honest) => ({
      startServiceSession: (input) => honest.identity.startServiceSession({ ...input, access: access() }),
    })),
  },
  {
    promise: 'an access token is over at its time, and with its session',
    async check({ ledger, change }) {
      const [short, over] = [await held(ledger, { access: access(0) }), await held(ledger)];
      await change(`UPDATE sessions SET until = 1 WHERE hash = '${over.hash}'`);

      expect(await ledger.identity.accessToken(short.access.hash)).toBeNull();
      expect(await ledger.identity.accessToken(over.access.hash)).toBeNull();
    },
    mutant: identity((honest) => ({
      startServiceSession: ({ access: { hash }, ...input }) =>
        honest.identity.startServiceSession({ ...input, access: { hash, seconds: 600 } }),
    })),
  },
  {
    promise:
      'a refresh token is followed by the next, for its own service alone, and the session goes on, to its longest at most',
    async check({ ledger, processes: [, second], query }) {
      const one = await held(ledger);
      const [next, token] = [random.hex(32), access()];
      const until = async () =>
        Number(
          only(await query(`SELECT until - created_at AS lives FROM sessions WHERE hash = '${one.hash}'`))['lives'],
        );

      expect(await refresh(ledger, one, { service: 'other' })).toEqual({ kind: 'unknown' });
      expect(await refresh(ledger, one, { hash: random.hex(32) })).toEqual({ kind: 'unknown' });
      const went = await refresh(second, one, { nextRefreshHash: next, access: token, idleSeconds: 2 * HOUR_SECONDS });
      expect(must(went, 'refreshed').session).toMatchObject({ account: one.account });
      expect(await until()).toBeGreaterThanOrEqual(2 * HOUR_SECONDS * 1_000);
      expect(await ledger.identity.accessToken(token.hash)).not.toBeNull();
      expect(await ledger.identity.accessToken(one.access.hash)).not.toBeNull();
      must(await refresh(ledger, { ...one, refreshHash: next }, { maxSeconds: HOUR_SECONDS }), 'refreshed');
      expect(await until()).toBe(HOUR_SECONDS * 1_000);
    },
    mutant: identity((honest) => ({
      refreshServiceSession: (input, entry) =>
        honest.identity.refreshServiceSession({ ...input, service: 'portal' }, entry),
    })),
  },
  {
    promise: 'a refresh token that comes again ends the session with every token of it, and is audited once',
    async check({ ledger, query }) {
      const one = await held(ledger);
      const [next, token] = [random.hex(32), access()];
      must(await refresh(ledger, one, { nextRefreshHash: next, access: token }), 'refreshed');

      expect(await refresh(ledger, one)).toEqual({ kind: 'reused', account: one.account });

      expect(await refresh(ledger, one)).toEqual({ kind: 'unknown' });
      expect(await refresh(ledger, { ...one, refreshHash: next })).toEqual({ kind: 'unknown' });
      expect(await ledger.identity.accessToken(token.hash)).toBeNull();
      expect(await ledger.identity.accessToken(one.access.hash)).toBeNull();
      const said = await query(`SELECT what FROM audit WHERE who = '${one.account}' AND what = '${audit.what}'`);
      expect(said).toHaveLength(1);
    },
    mutant: takesAgain,
  },
  {
    promise: `of ${String(RACERS)} that bring one refresh token at once one goes on, one ends the session, and nothing of it lives`,
    async check({ ledger, processes }) {
      const one = await held(ledger);

      const answers = await Promise.all(
        Array.from({ length: RACERS }, (_, index) => refresh(processes[index % 3] ?? ledger, one)),
      );

      const count = (kind: Refreshed['kind']) => answers.filter((answer) => answer.kind === kind).length;
      // on PostgreSQL the winner's last look may come after the end, so that even it is told of none
      expect(count('refreshed')).toBeLessThanOrEqual(1);
      expect(count('reused')).toBe(1);
      expect(await ledger.identity.accessToken(one.access.hash)).toBeNull();
      expect(await refresh(ledger, one)).toEqual({ kind: 'unknown' });
    },
    mutant: takesAgain,
  },
  {
    promise:
      'what ends an account’s sessions, and linking it, ends those that services hold; a disabled account starts none',
    async check({ ledger }) {
      const [ended, linked, disabled] = [await held(ledger), await held(ledger), await held(ledger)];
      await ledger.identity.endSessions({ by: 'approver', approver: ended.account }, opened);
      const to = { kind: 'existing', account: linked.account, asFirst: false } as const;
      const facts = { provider: 'koder', email: null, isEmailVerified: false, name: null };
      await ledger.identity.addCredential({ issuer: 'https://id', subject: random.id(), ...facts, to }, opened);
      await ledger.identity.setAccountState({ account: disabled.account, state: 'disabled' }, opened);

      expect(await ledger.identity.accessToken(ended.access.hash)).toBeNull();
      expect(await ledger.identity.accessToken(linked.access.hash)).toBeNull();
      expect((await ledger.identity.accessToken(disabled.access.hash))?.session.kept?.state).toBe('disabled');
      const again = { ...disabled, hash: random.hex(32), access: access() };
      expect(await ledger.identity.startServiceSession(again)).toBeNull();
    },
    mutant: identity(() => ({ endSessions: () => Promise.resolve([]) })),
  },
];
