/** Promises about what was handed out: what it says, and that it is worth nothing once what it was handed out of is over. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Change, HandedOut, Ledger } from '../../../src/contract/ledger.js';
import { heard, only, type LedgerCase } from './case.js';
import {
  codeAsked,
  entry,
  FACTS,
  handedOn,
  handoffs,
  ORIGIN,
  person,
  signedIn,
  signedInAtProvider,
  withCode,
  type Former,
  type Person,
} from './handoff-inputs.js';

const random = systemRandom();

const isTold = ({ kind }: Change): boolean => kind === 'handed_out_ended';

function find(ledger: Ledger, hash: string, origin = ORIGIN) {
  return ledger.handoffs.handedOut({ hash, origin });
}

/** As only a liar finds it. */
const STILL_THERE: HandedOut = {
  account: 'eve' as AccountId,
  kept: null,
  csrfKey: 'key',
  untilMs: 4_000_000_000_000,
  authenticatedAtMs: null,
  signedInBy: null,
  hasFactors: false,
  credential: null,
};

interface Ending {
  readonly by: string;
  readonly end: (ledger: Ledger, somebody: Person, session: string) => Promise<unknown>;
}

/** All by which a session at the auth host ends, or is nobody's. */
const ENDINGS: readonly Ending[] = [
  { by: 'signing out', end: (ledger, _, session) => ledger.identity.endSession(session) },
  {
    by: 'its id',
    end: (ledger, _, session) => ledger.identity.endSessions({ by: 'id', id: session.slice(0, 16) }, entry()),
  },
  {
    by: 'its account',
    end: (ledger, { account }) => ledger.identity.endSessions({ by: 'approver', approver: account }, entry()),
  },
  {
    by: 'disabling the account',
    end: (ledger, { account }) => ledger.identity.setAccountState({ account, state: 'disabled' }, entry()),
  },
  {
    by: 'resetting the factors',
    end: (ledger, { account }) =>
      ledger.identity.addSignInLink({ hash: random.hex(32), account, ttlSeconds: 60, resetsFactors: true }, entry()),
  },
  {
    by: 'linking a credential',
    end: (ledger, { account }) => {
      const to = { kind: 'existing', account, asFirst: false } as const;
      const key = { issuer: 'https://id.example.org', subject: random.id() };
      return ledger.identity.addCredential({ ...key, ...FACTS, to }, entry());
    },
  },
];

export const handedOutCases: readonly LedgerCase[] = [
  {
    promise: 'what is handed out says whose it is and how they signed in, at its own origin alone',
    async check({ ledger, processes: [, second] }) {
      const somebody = await person(ledger);
      const session = await signedInAtProvider(ledger, somebody);
      const { authenticatedAtMs } = (await ledger.identity.session(session)) ?? {};
      const hash = await handedOn(ledger, session);

      const found = await find(second, hash);

      expect(found).toEqual({
        account: somebody.account,
        kept: { name: 'Eve', state: 'active' },
        csrfKey: 'other',
        untilMs: (await ledger.identity.session(session))?.untilMs,
        authenticatedAtMs,
        signedInBy: 'provider',
        hasFactors: false,
        credential: { ...somebody.credential, ...FACTS },
      });
      expect(await find(ledger, hash, 'https://prd.example.org')).toBeNull();
      expect(await find(ledger, random.hex(32))).toBeNull();
      expect(await ledger.identity.session(hash)).toBeNull();
    },
    mutant: handoffs((honest) => ({ handedOut: ({ hash }) => find(honest, hash) })),
  },
  {
    promise: 'whatever ends a session ends what was handed out of it, for every process, and tells each',
    async check(stage) {
      const [first, second, third] = stage.processes;
      for (const { by, end } of ENDINGS) {
        const [somebody, other] = [await person(first), await person(first)];
        const session = await signedInAtProvider(first, somebody);
        const [hash, late] = [await handedOn(first, session), await withCode(first, session)];
        const untouched = await handedOn(first, await signedInAtProvider(first, other));
        const told = [first, second, third].map((ledger) => heard(ledger, isTold));

        await Promise.all([end(second, somebody, session), ...told]);

        expect([by, await find(third, hash), await first.handoffs.redeem(late, entry())]).toEqual([by, null, null]);
        expect([by, await find(third, untouched)]).not.toEqual([by, null]);
      }
    },
    mutant: handoffs((honest) => ({
      handedOut: async (input) => (await honest.handoffs.handedOut(input)) ?? STILL_THERE,
    })),
  },
  {
    promise: 'removing a credential is told to every process, also where the only session stays',
    async check({ processes: [first, ...others] }) {
      const { account, credential } = await person(first);
      const session = await signedInAtProvider(first, { account, credential });
      const hash = await handedOn(first, session);
      const open = { byMail: true, byPasskey: false, providers: [] };
      const told = [first, ...others].map((ledger) => heard(ledger, isTold));

      const removal = { ...credential, account, open, keeping: session.slice(0, 16) };
      const [removed] = await Promise.all([first.identity.removeCredential(removal, entry()), ...told]);

      expect(removed).toEqual({ kind: 'removed', ended: 0 });
      expect(await find(first, hash)).not.toBeNull();
    },
    mutant: (honest) => ({ ...honest, subscribe: () => undefined }),
  },
  {
    promise: 'signing out at the other origin ends what was handed out there, and no more, and is told',
    async check({ ledger, processes }) {
      const session = await signedInAtProvider(ledger, await person(ledger));
      const [ended, other] = [await handedOn(ledger, session), await handedOn(ledger, session)];
      const told = processes.map((one) => heard(one, isTold));

      await Promise.all([ledger.handoffs.endHandedOut(ended), ...told]);

      expect(await find(ledger, ended)).toBeNull();
      expect(await find(ledger, other)).not.toBeNull();
      expect(await ledger.identity.session(session)).not.toBeNull();
    },
    mutant: (honest) => ({ ...honest, subscribe: () => undefined }),
  },
  {
    promise:
      'signing out at the other origin is in the trail once, by whoever it was; what the gate itself ends is not',
    async check({ ledger }) {
      const session = await signedInAtProvider(ledger, await person(ledger));
      const [ended, replaced] = [await handedOn(ledger, session), await handedOn(ledger, session)];
      const mark = random.id();
      const audit = { what: 'sessions_ended', surface: 'page', site: null, address: null, detail: { mark } };

      const account = await ledger.handoffs.endHandedOut(ended, audit);
      const again = await ledger.handoffs.endHandedOut(ended, audit);
      await ledger.handoffs.endHandedOut(replaced);

      const rows = (await ledger.audit.recent(50)).filter(({ detail }) => detail['mark'] === mark);
      expect([account === null, again]).toEqual([false, null]);
      expect(rows.map(({ who, detail }) => [who, detail])).toEqual([
        [account, { mark, approver: account, count: 1, origin: ORIGIN }],
      ]);
    },
    mutant: handoffs((honest) => ({ endHandedOut: (hash) => honest.handoffs.endHandedOut(hash) })),
  },
  {
    promise: 'signing out at the other origin of what was over already ends nothing, and is not in the trail',
    async check({ ledger, change }) {
      const session = await signedInAtProvider(ledger, await person(ledger));
      const over = await handedOn(ledger, session);
      const mark = random.id();
      const audit = { what: 'sessions_ended', surface: 'page', site: null, address: null, detail: { mark } };
      await change(`UPDATE handed_out SET until = created_at WHERE hash = '${over}'`);

      expect(await ledger.handoffs.endHandedOut(over, audit)).toBeNull();

      expect((await ledger.audit.recent(50)).filter(({ detail }) => detail['mark'] === mark)).toEqual([]);
    },
    mutant: handoffs((honest) => ({
      async endHandedOut(hash, audit) {
        if (audit !== undefined) await honest.audit.add({ ...audit, who: 'eve' }, null);
        return honest.handoffs.endHandedOut(hash, audit);
      },
    })),
  },
  {
    promise: 'what was handed out is over at its end, and with the session it is of',
    async check({ ledger, change, query }) {
      const session = await signedInAtProvider(ledger, await person(ledger), 7_200);
      const [over, late] = [await handedOn(ledger, session), await handedOn(ledger, session)];
      const until = async (hash: string) =>
        Number(only(await query(`SELECT until FROM handed_out WHERE hash = '${hash}'`))['until']);
      expect((await find(ledger, late))?.untilMs).toBe(await until(late));
      await change(`UPDATE handed_out SET until = created_at WHERE hash = '${over}'`);

      expect(await find(ledger, over)).toBeNull();
      await change(`UPDATE sessions SET until = created_at WHERE hash = '${session}'`);

      expect(await find(ledger, late)).toBeNull();
    },
    mutant: handoffs((honest) => ({
      async handedOut(input) {
        const found = await honest.handoffs.handedOut(input);
        return found === null ? null : { ...found, untilMs: found.untilMs + 3_600_000 };
      },
    })),
  },
  {
    promise: 'a second factor goes on with the credential of the first, in its browser and for its account alone',
    async check({ ledger }) {
      const [somebody, other] = [await person(ledger), await person(ledger)];
      const [session, others] = [await signedInAtProvider(ledger, somebody), await signedInAtProvider(ledger, other)];
      const former = { hash: session, maxSeconds: 600 };
      const byCode = async (account: AccountId, asked: string, before?: Former) => {
        const proof = await codeAsked(ledger, account, asked);
        const begun = await signedIn(ledger, { proof, ...(before === undefined ? {} : { former: before }) });
        return find(ledger, await handedOn(ledger, begun));
      };

      const whole = await byCode(somebody.account, session, former);

      expect(whole).toMatchObject({ signedInBy: 'recovery_code', credential: somebody.credential });
      expect((await byCode(somebody.account, session))?.credential).toBeNull();
      expect((await byCode(other.account, others, former))?.credential).toBeNull();
    },
    mutant: handoffs((honest) => ({
      async handedOut(input) {
        const found = await honest.handoffs.handedOut(input);
        const credential = { issuer: 'https://id.example.org', subject: 'somebody', ...FACTS };
        return found === null ? null : { ...found, credential: found.credential ?? credential };
      },
    })),
  },
  {
    promise: 'another first factor takes no credential over from the session before it',
    async check({ ledger }) {
      const somebody = await person(ledger);
      const former = await signedInAtProvider(ledger, somebody);
      const link = random.hex(32);
      await ledger.identity.addSignInLink({ hash: link, account: somebody.account, ttlSeconds: 60 }, entry());

      const session = await signedIn(ledger, {
        proof: { kind: 'sign_in_link', hash: link },
        former: { hash: former, maxSeconds: 600 },
      });

      const found = await find(ledger, await handedOn(ledger, session));
      expect(found).toMatchObject({ signedInBy: 'operator_link', credential: null });
    },
    mutant: handoffs((honest) => ({
      async handedOut(input) {
        const found = await honest.handoffs.handedOut(input);
        return found === null ? null : { ...found, signedInBy: 'provider' };
      },
    })),
  },
];
