/** Promises about factors: each challenge, step and code is good for one use, however many come at once, and for one account alone. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type {
  AuditEntry,
  ChallengeKind,
  FactorLedger,
  HeldChallenge,
  IdentityLedger,
  Ledger,
  NewPasskey,
  SignInProof,
} from '../../../src/contract/ledger.js';
import { person, signedInAtProvider } from './handoff-inputs.js';
import { sessionRecord } from './session-life.js';
import { lying, type LedgerCase, type LedgerStage, type Lie } from './case.js';

const random = systemRandom();
const RACERS = 20;
const MAX_TRIES = 5;
const STEP = 59_000_000;

const AUDIT: AuditEntry = { who: 'eva', what: 'factor', surface: 'page', site: null, address: null, detail: {} };

function somebody(): AccountId {
  return `eva-${random.id()}` as AccountId;
}

function passkeyOf(account: AccountId, counter = 5): NewPasskey {
  return { id: random.hex(16), account, publicKey: 'key', counter, transports: ['internal'], name: 'Phone' };
}

async function asked(
  ledger: Ledger,
  kind: ChallengeKind,
  { account = null, ttlSeconds = 60 }: { readonly account?: AccountId | null; readonly ttlSeconds?: number } = {},
): Promise<HeldChallenge> {
  const isOfASession = kind === 'second_factor' && account !== null;
  const holder = isOfASession ? await signedInAtProvider(ledger, await person(ledger, account)) : random.hex(32);
  const held = { hash: random.hex(32), holder };
  const asker = { key: `from ${random.id()}`, max: 9, windowSeconds: 60 };
  expect(await ledger.factors.ask({ ...held, kind, account, data: null, ttlSeconds }, asker)).toBe(true);
  return held;
}

/** Somebody with a passkey, as the ledger holds it. */
async function withPasskey(ledger: Ledger, counter?: number): Promise<NewPasskey> {
  const passkey = passkeyOf(somebody(), counter);
  const challenge = await asked(ledger, 'passkey_add', passkey);
  expect(await ledger.factors.addPasskey(passkey, challenge, AUDIT)).toBe('added');
  return passkey;
}

async function withCode(ledger: Ledger): Promise<{ readonly account: AccountId; readonly hash: string }> {
  const [account, hash] = [somebody(), random.hex(32)];
  await ledger.factors.renewRecoveryCodes({ account, hashes: [hash, random.hex(32)] }, AUDIT);
  return { account, hash };
}

function start(ledger: Ledger, proof: SignInProof) {
  const session = { hash: random.hex(32), csrfKey: random.hex(32), idleSeconds: 60, address: null, browser: null };
  return ledger.identity.startSession({ proof, ...session });
}

function racing<Answer>({ processes }: LedgerStage, run: (ledger: Ledger, index: number) => Promise<Answer>) {
  return Promise.all(
    Array.from({ length: RACERS }, (_, index) => run(processes[index % processes.length] ?? processes[0], index)),
  );
}

function signedIn(sessions: readonly ({ readonly account: AccountId } | null)[]): readonly AccountId[] {
  return sessions.flatMap((session) => (session === null ? [] : [session.account]));
}

function factors(lie: (honest: Ledger) => Partial<FactorLedger>): Lie {
  return (honest) => lying(honest, { factors: lie(honest) });
}

/** Every use signs somebody in, good or not. */
const believes: Lie = (honest) =>
  lying(honest, {
    identity: {
      async startSession(given: Parameters<IdentityLedger['startSession']>[0]) {
        return (await honest.identity.startSession(given)) ?? sessionRecord();
      },
    },
  });

export const factorCases: readonly LedgerCase[] = [
  {
    promise: 'of all answers to one challenge of a passkey, one signs in',
    async check(stage) {
      const { id, account } = await withPasskey(stage.ledger);
      const challenge = await asked(stage.ledger, 'passkey_sign_in');

      const sessions = await racing(stage, (ledger, index) =>
        start(ledger, { kind: 'passkey', challenge, id, account, counter: 6 + index }),
      );

      expect(signedIn(sessions)).toEqual([account]);
    },
    mutant: believes,
  },
  {
    promise:
      'of all uses of a passkey that have counted equally far, one signs in; one that counts nothing always does',
    async check(stage) {
      const { id, account } = await withPasskey(stage.ledger);
      const sessions = await racing(stage, async (ledger) => {
        const challenge = await asked(ledger, 'passkey_sign_in');
        return start(ledger, { kind: 'passkey', challenge, id, account, counter: 6 });
      });
      expect(signedIn(sessions)).toEqual([account]);

      const synced = await withPasskey(stage.ledger, 0);
      for (const use of [1, 2]) {
        const challenge = await asked(stage.ledger, 'passkey_sign_in');
        const proof = { kind: 'passkey', challenge, id: synced.id, account: synced.account, counter: 0 } as const;
        expect([use, (await start(stage.ledger, proof))?.account]).toEqual([use, synced.account]);
      }
    },
    mutant: believes,
  },
  {
    promise: 'a challenge answers what it was made for, in the browser it was given to, while its time lasts',
    async check({ ledger }) {
      const { id, account } = await withPasskey(ledger);
      const use = (challenge: HeldChallenge) =>
        start(ledger, { kind: 'passkey', challenge, id, account, counter: 2 ** 31 + 1 });

      expect(await use(await asked(ledger, 'second_factor', { account }))).toBeNull();
      expect(await use(await asked(ledger, 'passkey_sign_in', { account }))).toBeNull();
      expect(await use({ ...(await asked(ledger, 'passkey_sign_in')), holder: random.hex(32) })).toBeNull();
      expect(await use(await asked(ledger, 'passkey_sign_in', { ttlSeconds: 0 }))).toBeNull();
      expect((await use(await asked(ledger, 'passkey_sign_in')))?.account).toBe(account);
    },
    mutant: believes,
  },
  {
    promise: 'of all passkeys that are added by one challenge, one is; and only to whom it was given',
    async check(stage) {
      const account = somebody();
      const challenge = await asked(stage.ledger, 'passkey_add', { account });
      expect(await stage.ledger.factors.addPasskey(passkeyOf(somebody()), challenge, AUDIT)).toBe('spent');

      const answers = await racing(stage, (ledger) => ledger.factors.addPasskey(passkeyOf(account), challenge, AUDIT));

      expect(answers.filter((answer) => answer === 'added')).toHaveLength(1);
      expect(await stage.ledger.factors.passkeys(account)).toHaveLength(1);
    },
    mutant: factors((honest) => ({
      async addPasskey(passkey, challenge, audit) {
        await honest.factors.addPasskey(passkey, challenge, audit);
        return 'added';
      },
    })),
  },
  {
    promise: 'a passkey is kept as it was given, belongs to one account, and is removed by nobody else',
    async check({ ledger }) {
      const passkey = await withPasskey(ledger);
      const other = somebody();
      const challenge = await asked(ledger, 'passkey_add', { account: other });

      expect(await ledger.factors.addPasskey({ ...passkey, account: other }, challenge, AUDIT)).toBe('known_already');
      expect(await ledger.factors.passkey(passkey.id)).toMatchObject({ ...passkey, lastUsedAtMs: null });
      const removal = { id: passkey.id, open: { byMail: true, byPasskey: true, providers: [] }, keeping: '' };
      expect(await ledger.factors.removePasskey({ ...removal, account: other }, AUDIT)).toEqual({ kind: 'unknown' });
      const { account } = passkey;
      expect(await ledger.factors.removePasskey({ ...removal, account }, AUDIT)).toEqual({ kind: 'removed', ended: 0 });
      expect(await ledger.factors.passkey(passkey.id)).toBeNull();
    },
    mutant: factors((honest) => ({
      async removePasskey(removal, audit) {
        const account = (await honest.factors.passkey(removal.id))?.account ?? somebody();
        return honest.factors.removePasskey({ ...removal, account }, audit);
      },
    })),
  },
  {
    promise: 'a passkey comes with what is kept of its account, disabled or not',
    async check({ ledger }) {
      const { account } = await person(ledger);
      const passkey = passkeyOf(account);
      await ledger.factors.addPasskey(passkey, await asked(ledger, 'passkey_add', passkey), AUDIT);
      const stated = await ledger.factors.passkey(passkey.id);
      await ledger.identity.setAccountState({ account, state: 'disabled' }, AUDIT);

      expect(stated).toMatchObject({ ...passkey, kept: { name: 'Eve', state: 'active' } });
      expect((await ledger.factors.passkey(passkey.id))?.kept?.state).toBe('disabled');
      expect((await ledger.factors.passkey((await withPasskey(ledger)).id))?.kept).toBeNull();
    },
    mutant: factors((honest) => ({
      async passkey(id) {
        const found = await honest.factors.passkey(id);
        return found === null ? null : { ...found, kept: null };
      },
    })),
  },
  {
    promise: 'of all uses of one step of an authenticator app, one signs in',
    async check(stage) {
      const account = somebody();

      const sessions = await racing(stage, async (ledger) => {
        const challenge = await asked(ledger, 'second_factor', { account });
        return start(ledger, { kind: 'totp', challenge, account, step: STEP });
      });

      expect(signedIn(sessions)).toEqual([account]);
    },
    mutant: believes,
  },
  {
    promise: 'of all steps and codes that answer one challenge, one signs in',
    async check(stage) {
      const { account, hash } = await withCode(stage.ledger);
      const challenge = await asked(stage.ledger, 'second_factor', { account });

      const sessions = await racing(stage, (ledger, index) =>
        start(
          ledger,
          index % 2 === 0
            ? { kind: 'totp', challenge, account, step: STEP + index }
            : { kind: 'recovery_code', challenge, account, hash },
        ),
      );

      expect(signedIn(sessions)).toEqual([account]);
    },
    mutant: believes,
  },
  {
    promise: 'of all uses of one recovery code one signs in, and none once it is replaced or by another account',
    async check(stage) {
      const { account, hash } = await withCode(stage.ledger);
      const use = async (ledger: Ledger, whose = account) => {
        const challenge = await asked(ledger, 'second_factor', { account: whose });
        return start(ledger, { kind: 'recovery_code', challenge, account: whose, hash });
      };
      expect(await use(stage.ledger, somebody())).toBeNull();

      expect(signedIn(await racing(stage, (ledger) => use(ledger)))).toEqual([account]);
      expect(await stage.ledger.factors.of(account)).toEqual({ passkeys: 0, hasTotp: false, recoveryCodes: 1 });

      const renewed = await withCode(stage.ledger);
      await stage.ledger.factors.renewRecoveryCodes({ account: renewed.account, hashes: [random.hex(32)] }, AUDIT);
      const challenge = await asked(stage.ledger, 'second_factor', renewed);
      expect(await start(stage.ledger, { kind: 'recovery_code', challenge, ...renewed })).toBeNull();
    },
    mutant: believes,
  },
  {
    promise: 'however many are tried at once, five are at one challenge and ten at an account, until somebody gets in',
    async check(stage) {
      const account = somebody();
      const limit = { max: 10, windowSeconds: 900 };
      const held = await asked(stage.ledger, 'second_factor', { account });
      const tries = (challenge: HeldChallenge) =>
        racing(stage, (ledger) =>
          ledger.factors.tryChallenge({ ...challenge, kind: 'second_factor', maxTries: MAX_TRIES }, limit),
        );

      expect(signedIn((await tries(held)).map((whose) => whose && { account: whose }))).toHaveLength(MAX_TRIES);
      const [second, third, fourth] = [
        await asked(stage.ledger, 'second_factor', { account }),
        await asked(stage.ledger, 'second_factor', { account }),
        await asked(stage.ledger, 'second_factor', { account }),
      ];
      expect((await tries(second)).filter((whose) => whose !== null)).toHaveLength(MAX_TRIES);
      expect((await tries(third)).filter((whose) => whose !== null)).toHaveLength(0);
      await start(stage.ledger, { kind: 'totp', challenge: fourth, account, step: STEP });
      const fifth = await asked(stage.ledger, 'second_factor', { account });
      expect((await tries(fifth)).filter((whose) => whose !== null)).toHaveLength(MAX_TRIES);
    },
    mutant: factors((honest) => ({
      tryChallenge: (challenge, limit) => honest.factors.tryChallenge({ ...challenge, maxTries: RACERS }, limit),
    })),
  },
  {
    promise: 'an app proves nothing before it is confirmed, and is not replaced once it is',
    async check({ ledger }) {
      const account = somebody();
      const { factors: own } = ledger;

      await own.beginTotp({ account, sealed: 'older' });
      expect(await own.beginTotp({ account, sealed: 'newer' })).toBe(true);
      expect((await own.of(account)).hasTotp).toBe(false);
      expect(await own.confirmTotp({ account, sealed: 'older', step: STEP, session: 'none' }, AUDIT)).toBe(false);
      expect(await own.confirmTotp({ account, sealed: 'newer', step: STEP, session: 'none' }, AUDIT)).toBe(true);
      expect(await own.beginTotp({ account, sealed: 'stolen' })).toBe(false);
      expect(await own.totp(account)).toEqual({ sealed: 'newer', isConfirmed: true });

      const challenge = await asked(ledger, 'second_factor', { account });
      expect(await start(ledger, { kind: 'totp', challenge, account, step: STEP })).toBeNull();
      expect(await own.removeTotp(account, AUDIT)).toBe(true);
      expect(await own.totp(account)).toBeNull();
    },
    mutant: factors((honest) => ({
      async beginTotp({ account, sealed }) {
        await honest.factors.removeTotp(account, AUDIT);
        return honest.factors.beginTotp({ account, sealed });
      },
    })),
  },
  {
    promise: 'a link that resets factors leaves none of them and no session, and nobody else’s are touched',
    async check({ ledger }) {
      const [{ id, account }, other] = [await withPasskey(ledger), await withPasskey(ledger)];
      await ledger.factors.renewRecoveryCodes({ account, hashes: [random.hex(32)] }, AUDIT);
      await ledger.factors.beginTotp({ account, sealed: 'sealed' });
      const challenge = await asked(ledger, 'passkey_sign_in');
      const session = { hash: random.hex(32), csrfKey: 'key', idleSeconds: 60, address: null, browser: null };
      const proof = { kind: 'passkey', challenge, id, account, counter: 9 } as const;
      expect(await ledger.identity.startSession({ proof, ...session })).not.toBeNull();

      const link = { hash: random.hex(32), account, ttlSeconds: 60, resetsFactors: true };
      await ledger.identity.addSignInLink(link, AUDIT);

      expect(await ledger.factors.of(account)).toEqual({ passkeys: 0, hasTotp: false, recoveryCodes: 0 });
      expect(await ledger.factors.totp(account)).toBeNull();
      expect(await ledger.identity.session(session.hash)).toBeNull();
      expect((await ledger.factors.of(other.account)).passkeys).toBe(1);
      expect(await ledger.identity.peekSignInLink(link.hash)).toBe(account);
    },
    mutant: (honest) =>
      lying(honest, {
        identity: {
          addSignInLink: ({ hash, account, ttlSeconds }, audit) =>
            honest.identity.addSignInLink({ hash, account, ttlSeconds }, audit),
        },
      }),
  },
  {
    promise: 'who asks for too many challenges gets none',
    async check(stage) {
      const asker = { key: `from ${random.id()}`, max: 3, windowSeconds: 3_600 };
      const challenge = { kind: 'passkey_sign_in', account: null, data: null, ttlSeconds: 60 } as const;

      const answers = await racing(stage, (ledger) =>
        ledger.factors.ask({ ...challenge, hash: random.hex(32), holder: random.hex(32) }, asker),
      );

      expect(answers.filter((answer) => answer)).toHaveLength(asker.max);
    },
    mutant: factors((honest) => ({
      ask: (challenge, asker) => honest.factors.ask(challenge, { ...asker, key: random.id() }),
    })),
  },
  {
    promise: 'a wider limit counts what the narrow one lets through, and refuses by itself',
    async check({ ledger }) {
      const wider = { key: `wide ${random.id()}`, max: 2, windowSeconds: 3_600 };
      const challenge = { kind: 'passkey_sign_in', account: null, data: null, ttlSeconds: 60 } as const;
      const asks = (key: string) =>
        ledger.factors.ask(
          { ...challenge, hash: random.hex(32), holder: random.hex(32) },
          { key, max: 1, windowSeconds: 3_600 },
          wider,
        );
      const [one, other, third] = [random.id(), random.id(), random.id()];

      expect([await asks(one), await asks(one), await asks(one)]).toEqual([true, false, false]);
      expect([await asks(other), await asks(third)]).toEqual([true, false]);
    },
    mutant: factors((honest) => ({ ask: (challenge, asker) => honest.factors.ask(challenge, asker) })),
  },
];
