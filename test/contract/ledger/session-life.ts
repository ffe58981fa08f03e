/** Promises about how long a session lives: seen it goes on, and never past its longest; what looking at it changes, and what not. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { IdentityLedger, Ledger, SessionRecord } from '../../../src/contract/ledger.js';
import { lying, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import { opened } from './inputs.js';

const random = systemRandom();
const RACERS = 20;
/** It is noted once in so long that a session was seen. */
const NOTED_EVERY_MS = 300_000;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** A session as only a liar makes one. */
export function sessionRecord(): SessionRecord {
  const account = 'eva' as AccountId;
  const facts = {
    kept: null,
    authenticatedAtMs: 1,
    signedInBy: 'operator_link',
    credentialIssuer: null,
    hasFactors: false,
    isSeenDue: false,
  } as const;
  return { id: random.hex(8), account, csrfKey: 'key', untilMs: Date.now() + 600_000, ...facts };
}

interface Begun {
  readonly hash: string;
  readonly approver: AccountId;
  readonly session: SessionRecord;
}

async function begun(ledger: Ledger, idleSeconds = 600): Promise<Begun> {
  const approver = `eva-${random.id()}` as AccountId;
  const [link, hash] = [random.hex(32), random.hex(32)];
  await ledger.identity.addSignInLink({ hash: link, account: approver, ttlSeconds: 600 }, opened);
  const proof = { kind: 'sign_in_link', hash: link } as const;
  const where = { address: '192.0.2.7', browser: 'Firefox on Linux' };
  const session = await ledger.identity.startSession({ proof, hash, csrfKey: 'key', idleSeconds, ...where });
  if (session === null) throw new Error('a new link begins a session');
  return { hash, approver, session };
}

/** As if it had begun, and been seen last, so long ago. */
async function aged({ change }: LedgerStage, { hash }: Begun, ms: number): Promise<void> {
  const ago = (column: string) => `${column} = ${column} - ${String(ms)}`;
  await change(`UPDATE sessions SET ${ago('seen_at')}, ${ago('created_at')} WHERE hash = '${hash}'`);
}

async function times({ query }: LedgerStage, { hash }: Begun) {
  const row = only(await query(`SELECT created_at, seen_at, until FROM sessions WHERE hash = '${hash}'`));
  return { createdAt: Number(row['created_at']), seenAt: Number(row['seen_at']), until: Number(row['until']) };
}

function identity(lie: (honest: Ledger) => Partial<IdentityLedger>): Lie {
  return (honest) => lying(honest, { identity: lie(honest) });
}

export const sessionLifeCases: readonly LedgerCase[] = [
  {
    promise: 'from where an account signed in is told of it alone, once each, and also when the session is over',
    async check({ ledger }) {
      const [one, other] = [await begun(ledger), await begun(ledger, 0)];
      await begun(ledger);

      expect(await ledger.identity.signedInFrom([one.approver, one.approver, other.approver])).toEqual(
        [one.approver, other.approver].sort().map((account) => ({ account, address: '192.0.2.7' })),
      );
      await ledger.identity.endSession(one.hash);
      expect(await ledger.identity.signedInFrom([one.approver])).toEqual([]);
      expect(await ledger.identity.signedInFrom([])).toEqual([]);
    },
    mutant: identity((honest) => ({
      async signedInFrom(accounts) {
        const live = await Promise.all(accounts.map((approver) => honest.identity.sessions({ approver, limit: 9 })));
        return live
          .flat()
          .map(({ approver, address }) => ({ account: approver as string as AccountId, address: address ?? '' }));
      },
    })),
  },
  {
    promise: 'a session knows by what it was begun, when that was proven, and when it was seen last',
    async check({ ledger }) {
      const { hash, approver, session } = await begun(ledger);

      expect(await ledger.identity.session(hash)).toEqual(session);
      expect(session).toMatchObject({ id: hash.slice(0, 16), signedInBy: 'operator_link', isSeenDue: false });
      const line = only(await ledger.identity.sessions({ approver, limit: 5 }));
      expect(line).toMatchObject({ id: session.id, signedInBy: 'operator_link', untilMs: session.untilMs });
      expect(session.authenticatedAtMs).not.toBeNull();
      expect(Math.abs((line.seenAtMs ?? 0) - (session.authenticatedAtMs ?? 0))).toBeLessThan(1_000);
    },
    mutant: identity((honest) => ({
      async startSession(input) {
        const session = await honest.identity.startSession(input);
        return session === null ? null : { ...session, signedInBy: null };
      },
    })),
  },
  {
    promise: 'looking at a session changes nothing, not even where noting it is due',
    async check(stage) {
      const one = await begun(stage.ledger);
      await aged(stage, one, NOTED_EVERY_MS);
      const before = await times(stage, one);

      expect(await stage.ledger.identity.session(one.hash)).toMatchObject({ isSeenDue: true });

      expect(await times(stage, one)).toEqual(before);
    },
    mutant: identity((honest) => ({
      async session(hash) {
        const session = await honest.identity.session(hash);
        await honest.identity.noteSeen({ hash, idleSeconds: HOUR_SECONDS, maxSeconds: DAY_SECONDS });
        return session;
      },
    })),
  },
  {
    promise: 'seen, a session goes on; that is written once in five minutes, however many see it at once',
    async check(stage) {
      const one = await begun(stage.ledger);
      const note = (ledger: Ledger, idleSeconds: number) =>
        ledger.identity.noteSeen({ hash: one.hash, idleSeconds, maxSeconds: DAY_SECONDS });
      const before = await times(stage, one);

      await note(stage.ledger, HOUR_SECONDS);
      expect(await times(stage, one)).toEqual(before);

      await aged(stage, one, NOTED_EVERY_MS);
      await Promise.all(
        Array.from({ length: RACERS }, (_, index) =>
          note(stage.processes[index % 3] ?? stage.ledger, HOUR_SECONDS + 60 * index),
        ),
      );
      const { seenAt, until } = await times(stage, one);
      await note(stage.ledger, 2 * HOUR_SECONDS);

      expect(until - seenAt).toBeGreaterThanOrEqual(HOUR_SECONDS * 1_000);
      expect((until - seenAt) % 60_000).toBeLessThan(1_000);
      expect(await times(stage, one)).toMatchObject({ seenAt, until });
      expect(await stage.ledger.identity.session(one.hash)).toMatchObject({ isSeenDue: false, untilMs: until });
    },
    mutant: identity(() => ({ noteSeen: () => Promise.resolve() })),
  },
  {
    promise: 'however often it is seen, a session ends when its longest is over',
    async check(stage) {
      const [going, over] = [await begun(stage.ledger), await begun(stage.ledger)];
      const note = ({ hash }: Begun, maxSeconds: number) =>
        stage.ledger.identity.noteSeen({ hash, idleSeconds: HOUR_SECONDS, maxSeconds });
      for (const one of [going, over]) await aged(stage, one, NOTED_EVERY_MS);

      await note(going, HOUR_SECONDS);
      await note(over, NOTED_EVERY_MS / 1_000);

      const { createdAt, until } = await times(stage, going);
      expect(until - createdAt).toBe(HOUR_SECONDS * 1_000);
      expect(await stage.ledger.identity.session(going.hash)).not.toBeNull();
      expect(await stage.ledger.identity.session(over.hash)).toBeNull();
    },
    mutant: identity((honest) => ({
      noteSeen: (input) => honest.identity.noteSeen({ ...input, maxSeconds: 90 * DAY_SECONDS }),
    })),
  },
  {
    promise: 'being seen brings no session back, and one that a version of before began keeps its end',
    async check(stage) {
      const [over, former] = [await begun(stage.ledger), await begun(stage.ledger)];
      for (const one of [over, former]) await aged(stage, one, NOTED_EVERY_MS);
      await stage.change(`UPDATE sessions SET until = seen_at WHERE hash = '${over.hash}'`);
      await stage.change(
        `UPDATE sessions SET seen_at = NULL, signed_in_by = NULL, authenticated_at = NULL WHERE hash = '${former.hash}'`,
      );

      for (const { hash } of [over, former])
        await stage.ledger.identity.noteSeen({ hash, idleSeconds: HOUR_SECONDS, maxSeconds: DAY_SECONDS });

      expect(await stage.ledger.identity.session(over.hash)).toBeNull();
      expect(await stage.ledger.identity.session(former.hash)).toMatchObject({
        untilMs: former.session.untilMs,
        signedInBy: null,
        authenticatedAtMs: null,
        isSeenDue: false,
      });
    },
    mutant: identity((honest) => ({
      session: async (hash) => (await honest.identity.session(hash)) ?? sessionRecord(),
    })),
  },
];
