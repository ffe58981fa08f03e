/** Promises about dead letters: kept as they were cut, read newest first, redriven once. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { DeadLetter, Ledger, NewDeadLetter } from '../../../src/contract/ledger.js';
import { lying, only, type LedgerCase } from './case.js';
import { opened } from './inputs.js';

const random = systemRandom();
const RACERS = 10;

function newLetter(change: Partial<NewDeadLetter> = {}): NewDeadLetter {
  return {
    source: 'slack',
    reason: 'outside_window',
    callId: random.id(),
    address: '192.0.2.7',
    headers: { 'content-type': 'application/json', 'x-slack-signature': 'v0=a1b2c3d4e' },
    bodyBytes: 4_711,
    bodyHash: random.hex(32),
    sealedBody: 'sealed',
    unrecorded: 3,
    ...change,
  };
}

async function kept(ledger: Ledger, letter: NewDeadLetter): Promise<DeadLetter> {
  await ledger.deadLetters.add(letter);
  const all = await ledger.deadLetters.list({ limit: 50, before: null });
  return only(all.filter(({ callId }) => callId === letter.callId));
}

function redriven(who: string) {
  return { ...opened, who, what: 'redriven', site: null, address: null };
}

export const deadLetterCases: readonly LedgerCase[] = [
  {
    promise: 'a dead letter is kept with all it came with, when it came, and no body where none may be kept',
    async check({ ledger }) {
      const [signed, unsigned] = [newLetter(), newLetter({ sealedBody: null, bodyHash: '', reason: 'too_large' })];

      const [first, second] = [await kept(ledger, signed), await kept(ledger, unsigned)];

      expect(first).toEqual({ ...signed, id: first.id, atMs: first.atMs, redriven: null });
      expect(second).toEqual({ ...unsigned, id: second.id, atMs: second.atMs, redriven: null });
      expect(second.id).toBeGreaterThan(first.id);
      expect(second.atMs).toBeGreaterThanOrEqual(first.atMs);
      expect(await ledger.deadLetters.find(first.id)).toEqual(first);
      expect(await ledger.deadLetters.find(second.id + 1_000)).toBeNull();
    },
    mutant: (honest) =>
      lying(honest, { deadLetters: { add: (letter) => honest.deadLetters.add({ ...letter, sealedBody: 'sealed' }) } }),
  },
  {
    promise: 'dead letters are listed newest first, in pages that leave none out',
    async check({ ledger }) {
      const letters = Array.from({ length: 5 }, () => newLetter());
      for (const letter of letters) await ledger.deadLetters.add(letter);
      const last = only((await ledger.deadLetters.list({ limit: 1, before: null })).map(({ id }) => id));

      const firstPage = await ledger.deadLetters.list({ limit: 2, before: last + 1 });
      const secondPage = await ledger.deadLetters.list({ limit: 3, before: firstPage[1]?.id ?? null });

      const expected = letters.map(({ callId }) => callId).reverse();
      expect([...firstPage, ...secondPage].map(({ callId }) => callId)).toEqual(expected);
    },
    mutant: (honest) =>
      lying(honest, {
        deadLetters: { list: ({ limit }) => honest.deadLetters.list({ limit, before: null }) },
      }),
  },
  {
    promise:
      'a dead letter is marked redriven once: the first stays said, however many follow, and the audit has one row',
    async check({ processes }) {
      const [ledger] = processes;
      const { id } = await kept(ledger, newLetter());
      const who = random.id();
      await ledger.deadLetters.markRedriven({ id, by: 'operator:eva', outcome: 'decided' }, redriven(who));

      await Promise.all(
        Array.from({ length: RACERS }, (_, racer) =>
          processes[racer % 2 === 0 ? 1 : 2].deadLetters.markRedriven(
            { id, by: `operator:${String(racer)}`, outcome: 'already' },
            redriven(who),
          ),
        ),
      );

      const letter = await ledger.deadLetters.find(id);
      expect(letter?.redriven).toMatchObject({ by: 'operator:eva', outcome: 'decided' });
      expect(letter?.redriven?.atMs).toBeGreaterThanOrEqual(letter?.atMs ?? Infinity);
      const said = only((await ledger.audit.recent(50)).filter((row) => row.who === who));
      expect(said).toMatchObject({ what: 'redriven', detail: { letter: id, source: 'slack', outcome: 'decided' } });
    },
    mutant: (honest) => {
      let latest: DeadLetter['redriven'] = null;
      return lying(honest, {
        deadLetters: {
          markRedriven(input, audit) {
            latest = { ...input, atMs: 1 };
            return honest.deadLetters.markRedriven(input, audit);
          },
          async find(id) {
            const letter = await honest.deadLetters.find(id);
            return letter === null ? null : { ...letter, redriven: latest };
          },
        },
      });
    },
  },
];
