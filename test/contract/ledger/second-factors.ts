/** Promises about a second factor and the session that it is given in: what goes on by it, and what it never outlives. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AccountId } from '../../../src/approval/brand.js';
import type { AuditEntry } from '../../../src/contract/audit-ledger.js';
import type { IdentityLedger, Ledger } from '../../../src/contract/ledger.js';
import { lying, type LedgerCase, type Lie } from './case.js';
import {
  codeAsked,
  entry,
  handedOn,
  ORIGIN,
  person,
  signedIn,
  signedInAtProvider,
  type Person,
} from './handoff-inputs.js';
import { sessionRecord } from './session-life.js';

const random = systemRandom();
const RACERS = 20;
const MAX_SECONDS = 3_600;

function identity(lie: (honest: Ledger) => Partial<IdentityLedger>): Lie {
  return (honest) => lying(honest, { identity: lie(honest) });
}

interface Ending {
  readonly by: string;
  readonly end: (ledger: Ledger, somebody: Person) => Promise<unknown>;
}

const ENDINGS: readonly Ending[] = [
  {
    by: 'its provider',
    end: (ledger, { credential }) =>
      ledger.identity.endSessionsOfCredential({ ...credential, replay: random.id() }, entry()),
  },
  {
    by: 'its account',
    end: (ledger, { account }) => ledger.identity.endSessions({ by: 'approver', approver: account }, entry()),
  },
];

export const secondFactorCases: readonly LedgerCase[] = [
  {
    promise: 'recovery codes stay with a factor that is left, and go with the last one, whoever removes which at once',
    async check({ ledger, processes }) {
      const { account } = await person(ledger);
      const { factors } = ledger;
      const id = random.hex(16);
      const added = { kind: 'passkey_add', account, data: null, ttlSeconds: 60 } as const;
      const challenge = { hash: random.hex(32), holder: random.hex(32) };
      await factors.ask({ ...challenge, ...added }, { key: random.id(), max: 9, windowSeconds: 60 });
      const passkey = { id, account, publicKey: 'key', counter: 0, transports: [], name: 'Phone' };
      expect(await factors.addPasskey(passkey, challenge, entry())).toBe('added');
      await factors.beginTotp({ account, sealed: 'sealed' });
      await factors.confirmTotp({ account, sealed: 'sealed', step: 1, session: 'none' }, entry());
      await factors.renewRecoveryCodes({ account, hashes: [random.hex(32)] }, entry());
      const open = { byMail: true, byPasskey: true, providers: [] };
      const removePasskey = (of: Ledger, which = id) =>
        of.factors.removePasskey({ id: which, account, open, keeping: '' }, entry());

      await removePasskey(ledger, 'another');
      expect((await factors.of(account)).recoveryCodes).toBe(1);
      await Promise.all([ledger.factors.removeTotp(account, entry()), removePasskey(processes[1])]);

      expect(await factors.of(account)).toEqual({ passkeys: 0, hasTotp: false, recoveryCodes: 0 });
    },
    // both leave codes behind, so that it does not matter which is the last
    mutant: (honest) => {
      const withCodesLeft = async <T>(account: AccountId, audit: AuditEntry, remove: () => Promise<T>): Promise<T> => {
        const answer = await remove();
        await honest.factors.renewRecoveryCodes({ account, hashes: [random.hex(32)] }, audit);
        return answer;
      };
      return lying(honest, {
        factors: {
          removeTotp: (account, audit) =>
            withCodesLeft(account, audit, () => honest.factors.removeTotp(account, audit)),
          removePasskey: (input, audit) =>
            withCodesLeft(input.account, audit, () => honest.factors.removePasskey(input, audit)),
        },
      });
    },
  },
  {
    promise: 'second factors go on with a credential until its provider has not vouched for it for a longest session',
    async check({ ledger, change }) {
      const somebody = await person(ledger);
      const goOn = async (session: string): Promise<string> => {
        const proof = await codeAsked(ledger, somebody.account, session);
        return signedIn(ledger, { proof, former: { hash: session, maxSeconds: MAX_SECONDS } });
      };
      const credentialOf = async (session: string) =>
        (await ledger.handoffs.handedOut({ hash: await handedOn(ledger, session), origin: ORIGIN }))?.credential;
      const vouchedAgo = (seconds: number) =>
        change(`
          UPDATE credentials SET last_used_at = last_used_at - ${String(seconds * 1_000)}
          WHERE account = '${somebody.account}'`);

      const second = await goOn(await signedInAtProvider(ledger, somebody));
      await vouchedAgo(MAX_SECONDS - 60);
      const third = await goOn(second);
      await vouchedAgo(60);
      const fourth = await goOn(third);

      expect([await credentialOf(second), await credentialOf(third)]).toEqual([
        expect.objectContaining(somebody.credential),
        expect.objectContaining(somebody.credential),
      ]);
      expect(await credentialOf(fourth)).toBeNull();
      expect(await ledger.identity.session(fourth)).toMatchObject({ account: somebody.account });
      await signedInAtProvider(ledger, somebody);
      expect(await credentialOf(await goOn(third))).toMatchObject(somebody.credential);
    },
    mutant: identity((honest) => ({
      startSession: ({ former = null, ...input }) =>
        honest.identity.startSession({ ...input, former: former && { ...former, maxSeconds: 2 * MAX_SECONDS } }),
    })),
  },
  {
    promise: 'a second factor that is given while its session is ended leaves none, whoever is quicker',
    async check({ ledger, processes: [first, second] }) {
      const end = async (ending: Ending, afterMs: number) => {
        const somebody = await person(ledger);
        const session = await signedInAtProvider(ledger, somebody);
        const proof = await codeAsked(ledger, somebody.account, session);
        const hash = random.hex(32);
        const facts = { csrfKey: 'key', idleSeconds: 600, address: null, browser: null };
        const former = { hash: session, maxSeconds: MAX_SECONDS };

        await Promise.all([
          first.identity.startSession({ proof, hash, ...facts, former }),
          sleep(afterMs).then(() => ending.end(second, somebody)),
        ]);

        return [await ledger.identity.session(session), await ledger.identity.session(hash)];
      };

      for (const ending of ENDINGS) {
        const left = await Promise.all(Array.from({ length: RACERS }, (_, racer) => end(ending, racer % 10)));
        expect([ending.by, left.flat().filter((session) => session !== null)]).toEqual([ending.by, []]);
      }
    },
    mutant: identity((honest) => ({
      session: async (hash) => (await honest.identity.session(hash)) ?? sessionRecord(),
    })),
  },
  {
    promise: 'a number or a code of a session that is over signs nobody in, and is spent',
    async check({ ledger }) {
      const somebody = await person(ledger);
      const session = await signedInAtProvider(ledger, somebody);
      const proof = await codeAsked(ledger, somebody.account, session);
      await ledger.identity.endSession(session);
      const begin = () =>
        ledger.identity.startSession({
          proof,
          hash: random.hex(32),
          csrfKey: 'key',
          idleSeconds: 600,
          address: null,
          browser: null,
        });

      expect(await begin()).toBeNull();

      expect(await ledger.identity.sessions({ approver: somebody.account, limit: 5 })).toEqual([]);
      expect((await ledger.factors.of(somebody.account)).recoveryCodes).toBe(0);
    },
    mutant: identity((honest) => ({
      startSession: async (input) => (await honest.identity.startSession(input)) ?? sessionRecord(),
    })),
  },
];
