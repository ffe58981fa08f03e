/** Promises about handing on: each step is taken once, by what belongs together, and in its time. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { lying, only, type LedgerCase } from './case.js';
import {
  asker,
  begun,
  broughtOf,
  codeFor,
  entry,
  handoffs,
  ORIGIN,
  person,
  racing,
  signedInAtProvider,
  withCode,
} from './handoff-inputs.js';

const random = systemRandom();
const RACERS = 20;

export const handoffCases: readonly LedgerCase[] = [
  {
    promise: 'of all who redeem one code at once, one is handed on',
    async check(stage) {
      const somebody = await person(stage.ledger);
      const brought = await withCode(stage.ledger, await signedInAtProvider(stage.ledger, somebody));
      const hashes: string[] = [];

      const answers = await racing(stage, (ledger) => {
        const hash = random.hex(32);
        hashes.push(hash);
        return ledger.handoffs.redeem({ ...brought, hash }, entry());
      });

      const redeemed = only(answers.filter((answer) => answer !== null));
      expect(redeemed).toMatchObject({ account: somebody.account, back: '/x', csrfKey: 'other' });
      const found = await Promise.all(hashes.map((hash) => stage.ledger.handoffs.handedOut({ hash, origin: ORIGIN })));
      expect(found.filter((one) => one !== null)).toHaveLength(1);
    },
    mutant: (honest) => {
      let first: Awaited<ReturnType<typeof honest.handoffs.redeem>> = null;
      return lying(honest, {
        handoffs: {
          async redeem(brought, audit) {
            first = (await honest.handoffs.redeem(brought, audit)) ?? first;
            return first;
          },
        },
      });
    },
  },
  {
    promise: 'a code is redeemed with its own state, at its own origin, by the browser that asked',
    async check({ ledger }) {
      const session = await signedInAtProvider(ledger, await person(ledger));
      const [brought, other] = [await withCode(ledger, session), await withCode(ledger, session)];
      const redeem = (change: Partial<typeof brought>) => ledger.handoffs.redeem({ ...brought, ...change }, entry());

      expect(await redeem({ stateHash: other.stateHash })).toBeNull();
      expect(await redeem({ codeHash: other.codeHash })).toBeNull();
      expect(await redeem({ challenge: other.challenge })).toBeNull();
      expect(await redeem({ origin: 'https://prd.example.org' })).toBeNull();
      expect(await redeem({})).not.toBeNull();
    },
    mutant: (honest) => {
      const origins = new Map<string, string>();
      return lying(honest, {
        handoffs: {
          begin(one, from) {
            origins.set(one.stateHash, one.origin);
            return honest.handoffs.begin(one, from);
          },
          redeem: (brought, audit) =>
            honest.handoffs.redeem({ ...brought, origin: origins.get(brought.stateHash) ?? brought.origin }, audit),
        },
      });
    },
  },
  {
    promise: 'a state and a code last their time',
    async check({ ledger }) {
      const session = await signedInAtProvider(ledger, await person(ledger));
      const [lateState, lateCode] = [begun({ ttlSeconds: 0 }), begun()];
      const given = codeFor(lateCode, session, { ttlSeconds: 0 });
      for (const one of [lateState, lateCode]) await ledger.handoffs.begin(one, asker());

      expect(await ledger.handoffs.peek(lateState.stateHash)).toBeNull();
      expect(await ledger.handoffs.giveCode(codeFor(lateState, session))).toBe(false);
      expect(await ledger.handoffs.giveCode(given)).toBe(true);
      expect(await ledger.handoffs.redeem(broughtOf(lateCode, given), entry())).toBeNull();
    },
    mutant: handoffs((honest) => ({
      giveCode: (given) => honest.handoffs.giveCode({ ...given, ttlSeconds: 60 }),
    })),
  },
  {
    promise: 'one code is given for what was begun, to its own challenge, however many ask at once',
    async check(stage) {
      const one = begun();
      const session = await signedInAtProvider(stage.ledger, await person(stage.ledger));
      await stage.ledger.handoffs.begin(one, asker());
      expect(await stage.ledger.handoffs.giveCode(codeFor(one, session, { challenge: random.hex(32) }))).toBe(false);
      expect(await stage.ledger.handoffs.giveCode(codeFor(one, random.hex(32)))).toBe(false);

      const answers = await racing(stage, (ledger) => ledger.handoffs.giveCode(codeFor(one, session)));

      expect(answers.filter(Boolean)).toHaveLength(1);
    },
    mutant: handoffs((honest) => ({
      async giveCode(given) {
        const peeked = await honest.handoffs.peek(given.stateHash);
        return honest.handoffs.giveCode({ ...given, challenge: peeked?.challenge ?? given.challenge });
      },
    })),
  },
  {
    promise: 'looking at what was begun changes nothing, and shows nothing once it has a code',
    async check({ ledger }) {
      const one = begun();
      const session = await signedInAtProvider(ledger, await person(ledger));
      await ledger.handoffs.begin(one, asker());
      const { origin, challenge } = one;

      expect(await ledger.handoffs.peek(random.hex(32))).toBeNull();
      expect(await ledger.handoffs.peek(one.stateHash)).toEqual({ origin, challenge });
      expect(await ledger.handoffs.peek(one.stateHash)).toEqual({ origin, challenge });
      expect(await ledger.handoffs.giveCode(codeFor(one, session))).toBe(true);
      expect(await ledger.handoffs.peek(one.stateHash)).toBeNull();
    },
    mutant: (honest) => {
      const seen = new Map<string, { readonly origin: string; readonly challenge: string }>();
      return lying(honest, {
        handoffs: {
          async peek(stateHash) {
            const peeked = await honest.handoffs.peek(stateHash);
            if (peeked !== null) seen.set(stateHash, peeked);
            return seen.get(stateHash) ?? null;
          },
        },
      });
    },
  },
  {
    promise: 'who begins handing on too often is told, however many begin at once, and nothing is written',
    async check(stage) {
      const from = asker(3);
      const challenge = random.hex(32);

      const answers = await racing(stage, (ledger) => ledger.handoffs.begin(begun({ challenge }), from));

      expect(answers).toHaveLength(RACERS);
      expect(answers.filter(Boolean)).toHaveLength(3);
      const written = await stage.query(`SELECT state_hash FROM handoffs WHERE challenge = '${challenge}'`);
      expect(written).toHaveLength(3);
    },
    mutant: handoffs((honest) => ({
      begin: (one, from) => honest.handoffs.begin(one, { ...from, key: random.id() }),
    })),
  },
  {
    promise: 'handing on is audited in the name of whoever is handed on, and what failed is not',
    async check({ ledger, query }) {
      const somebody = await person(ledger);
      const brought = await withCode(ledger, await signedInAtProvider(ledger, somebody));
      const [failed, done] = [entry(''), entry('')];
      const told = ({ detail }: typeof done) =>
        query(`SELECT who FROM audit WHERE detail LIKE '%${String(detail['mark'])}%'`);

      await ledger.handoffs.redeem({ ...brought, challenge: random.hex(32) }, failed);
      await ledger.handoffs.redeem(brought, done);

      expect([await told(failed), await told(done)]).toEqual([[], [{ who: somebody.account }]]);
    },
    mutant: handoffs((honest) => ({
      redeem: (brought) => honest.handoffs.redeem(brought, entry()),
    })),
  },
];
