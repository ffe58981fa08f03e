/** Promises about enrolment links: what a reset takes with it, and that the link is the only way in, and is used once. */
import { expect } from '@jest/globals';
import type { AccountId, ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AuditEntry, IdentityLedger, Ledger, QueuedMessage, SignInProof } from '../../../src/contract/ledger.js';
import { lying, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import { sessionRecord } from './session-life.js';

const random = systemRandom();
const RACERS = 20;
const AUDIT: AuditEntry = {
  who: 'operator:root',
  what: 'factors_reset',
  surface: 'cli',
  site: null,
  address: null,
  detail: {},
};
const SIGNED_UP = { ...AUDIT, what: 'account_created' };

function somebody(): AccountId {
  return `eva-${random.id()}` as AccountId;
}

function noticeTo(channel: string): QueuedMessage {
  return {
    id: random.id(),
    kind: 'mail',
    channel: channel as ChannelName,
    recipient: { kind: 'mailbox', address: 'eva@example.org' },
    about: null,
    sealedPayload: 'sealed payload',
    giveUpAfterMs: 600_000,
    idempotencyKey: random.hex(32),
  };
}

async function reset(ledger: Ledger, account: AccountId, notice: QueuedMessage | null = null): Promise<string> {
  const hash = random.hex(32);
  await ledger.identity.resetAccount({ account, hash, ttlSeconds: 60, notice }, AUDIT);
  return hash;
}

function start(ledger: Ledger, proof: SignInProof) {
  const session = { hash: random.hex(32), csrfKey: random.hex(32), idleSeconds: 60, address: null, browser: null };
  return ledger.identity.startSession({ proof, ...session });
}

/** Somebody who signs in with a provider. */
async function withCredential(ledger: Ledger): Promise<{ readonly account: AccountId; readonly proof: SignInProof }> {
  const account = somebody();
  const key = { issuer: 'https://id.example', subject: random.id() };
  const facts = { provider: 'koder', email: null, isEmailVerified: false, name: 'Eve' };
  const to = { kind: 'new', account, name: 'Eve' } as const;
  await ledger.identity.addCredential({ ...key, ...facts, to }, SIGNED_UP);
  return { account, proof: { kind: 'credential', ...key, facts } };
}

function racing<Answer>({ processes }: LedgerStage, run: (ledger: Ledger, index: number) => Promise<Answer>) {
  return Promise.all(
    Array.from({ length: RACERS }, (_, index) => run(processes[index % processes.length] ?? processes[0], index)),
  );
}

function identity(lie: (honest: Ledger) => Partial<IdentityLedger>): Lie {
  return (honest) => lying(honest, { identity: lie(honest) });
}

/** Every use signs somebody in, good or not. */
const believes = identity((honest) => ({
  startSession: async (given) => (await honest.identity.startSession(given)) ?? sessionRecord(),
}));

export const enrolmentCases: readonly LedgerCase[] = [
  {
    promise: 'of all uses of an enrolment link one signs in, and it says by what',
    async check(stage) {
      const account = somebody();
      const hash = await reset(stage.ledger, account);
      expect(await stage.ledger.identity.peekEnrolment(hash)).toEqual({ account, kept: null });

      const sessions = await racing(stage, (ledger) => start(ledger, { kind: 'enrolment', hash }));

      expect(only(sessions.filter((session) => session !== null))).toMatchObject({ account, signedInBy: 'enrolment' });
      expect(await stage.ledger.identity.peekEnrolment(hash)).toBeNull();
    },
    mutant: believes,
  },
  {
    promise: 'of all enrolment links of an account one is good, however many are made at once',
    async check(stage) {
      const account = somebody();

      const made = await racing(stage, (ledger) => reset(ledger, account));
      const used = await Promise.all(made.map((hash) => start(stage.ledger, { kind: 'enrolment', hash })));

      expect(used.filter((session) => session !== null)).toHaveLength(1);
    },
    mutant: believes,
  },
  {
    promise:
      'a reset ends what was made before it to sign in by, and every session, and tells the person in the same commit',
    async check({ ledger, query }) {
      const { account, proof } = await withCredential(ledger);
      const link = { hash: random.hex(32), account, ttlSeconds: 600 };
      await ledger.identity.addSignInLink(link, AUDIT);
      const before = { hash: random.hex(32), csrfKey: 'key', idleSeconds: 60, address: null, browser: null };
      expect(await ledger.identity.startSession({ proof, ...before })).not.toBeNull();
      const channel = `carrier-${random.id()}`;

      await reset(ledger, account, noticeTo(channel));

      expect(await ledger.identity.session(before.hash)).toBeNull();
      expect(await ledger.identity.peekSignInLink(link.hash)).toBeNull();
      expect(await query(`SELECT id FROM deliveries WHERE channel = '${channel}'`)).toHaveLength(1);
    },
    mutant: identity((honest) => ({
      resetAccount: (given, audit) => honest.identity.resetAccount({ ...given, notice: null }, audit),
    })),
  },
  {
    promise: 'no session that a provider begins outlives a reset that comes at the same time',
    async check(stage) {
      const { account, proof } = await withCredential(stage.ledger);

      const [begun] = await Promise.all([
        racing(stage, (ledger) => start(ledger, proof)),
        reset(stage.processes[1], account),
      ]);

      expect(begun).toHaveLength(RACERS);
      expect(await stage.ledger.identity.sessions({ approver: account, limit: 99 })).toEqual([]);
    },
    mutant: identity((honest) => ({
      sessions: async (given) => [
        ...(await honest.identity.sessions(given)),
        {
          ...sessionRecord(),
          approver: given.approver as never,
          createdAtMs: 1,
          address: null,
          browser: null,
          seenAtMs: 1,
        },
      ],
    })),
  },
  {
    promise: 'until it is used nothing else signs in; an operator’s ordinary link takes its place',
    async check({ ledger }) {
      const { account, proof } = await withCredential(ledger);
      const hash = await reset(ledger, account);
      expect(await start(ledger, proof)).toBeNull();

      const link = { hash: random.hex(32), account, ttlSeconds: 60 };
      await ledger.identity.addSignInLink(link, AUDIT);

      expect(await ledger.identity.peekEnrolment(hash)).toBeNull();
      expect(await start(ledger, { kind: 'enrolment', hash })).toBeNull();
      expect(await start(ledger, { kind: 'sign_in_link', hash: link.hash })).toMatchObject({ account });
      expect(await start(ledger, proof)).toMatchObject({ account });
    },
    mutant: believes,
  },
  {
    promise: 'an enrolment link is good for as long as it was made for, and shuts nobody out longer',
    async check({ ledger, change }) {
      const { account, proof } = await withCredential(ledger);
      const hash = await reset(ledger, account);

      expect(await ledger.identity.isEnrolmentOver(hash)).toBe(false);
      await change(`UPDATE enrolments SET until = 1 WHERE account = '${account}'`);

      expect(await ledger.identity.peekEnrolment(hash)).toBeNull();
      expect(await ledger.identity.isEnrolmentOver(hash)).toBe(true);
      expect(await ledger.identity.isEnrolmentOver(random.hex(32))).toBe(false);
      expect(await start(ledger, { kind: 'enrolment', hash })).toBeNull();
      expect(await start(ledger, proof)).toMatchObject({ account });
      await reset(ledger, account);
      expect(await ledger.identity.isEnrolmentOver(hash)).toBe(false);
    },
    mutant: identity((honest) => ({
      peekEnrolment: async (hash) => (await honest.identity.peekEnrolment(hash)) ?? { account: somebody(), kept: null },
    })),
  },
];
