/** Promises about deadlines and withdrawals. */
import { expect } from '@jest/globals';
import { lying, must, type LedgerCase } from './case.js';
import { approval, opened, openInput, producerInput, SITE, expiring, withdrawal } from './inputs.js';
import { answers, grantsAnyway, open } from './opening.js';

export const expiryCases: readonly LedgerCase[] = [
  {
    promise:
      'what is withdrawn after its deadline has expired, whether or not that was written: never both, never neither',
    async check({ ledger, query }) {
      const input = producerInput({ ttlSeconds: 0 });
      must(await ledger.requests.open(input, opened), 'opened');

      const answer = await ledger.requests.withdraw(
        withdrawal({ tokenHash: input.tokenHash, producer: input.producer }),
      );
      const again = await ledger.requests.withdraw(
        withdrawal({ tokenHash: input.tokenHash, producer: input.producer }),
      );

      expect([answer, again]).toMatchObject([
        { kind: 'already', request: { decision: { outcome: 'expired', by: 'clock' } } },
        { kind: 'already', request: { decision: { outcome: 'expired', by: 'clock' } } },
      ]);
      const rows = await query(`SELECT what FROM audit WHERE request_id = '${input.id}' ORDER BY id`);
      expect(rows.map(({ what }) => what)).toEqual(['opened', 'expired']);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          withdraw: async (input) => {
            const answer = await honest.requests.withdraw(input);
            return 'request' in answer ? { ...answer, kind: 'withdrawn' } : answer;
          },
        },
      }),
  },
  {
    promise: 'after the deadline a tap is answered expired, which is not a refusal, and the expiry is written',
    async check({ ledger }) {
      const input = openInput({ ttlSeconds: 0 });
      await open(ledger, input);

      const first = must(await ledger.requests.decide(approval(input)), 'expired');
      const second = must(await ledger.requests.decide(approval(input)), 'expired');

      expect(first).toMatchObject({ isNew: true, request: { decision: { outcome: 'expired', over: 'clock' } } });
      expect(second.isNew ?? false).toBe(false);
      expect(await ledger.grants.find(SITE, input.address)).toBeNull();
    },
    mutant: answers((outcome) =>
      outcome.kind === 'expired' && outcome.request.decision !== null
        ? { kind: 'already', request: outcome.request, decision: outcome.request.decision, grant: null }
        : outcome,
    ),
  },
  {
    promise: 'a decision and the expiry of the same request never both happen',
    async check({ ledger, processes, query }) {
      for (let round = 0; round < 20; round += 1) {
        const input = openInput({ ttlSeconds: round / 1000 });
        await open(ledger, input);

        const [tap] = await Promise.all([
          processes[0].requests.decide(approval(input)),
          processes[1].requests.expireDue(expiring(100)),
          processes[2].requests.expireDue(expiring(100)),
        ]);
        await ledger.requests.decide(approval(input));

        const request = await ledger.requests.byId(input.id);
        const isApproved = tap.kind === 'decided';
        expect(request?.decision?.outcome).toBe(isApproved ? 'approved' : 'expired');
        expect((await ledger.grants.find(SITE, input.address)) !== null).toBe(isApproved);
        const ends = await query(
          `SELECT what FROM audit WHERE request_id = '${input.id}' AND what IN ('decided', 'expired')`,
        );
        expect(ends).toHaveLength(1);
      }
    },
    mutant: grantsAnyway,
  },
  {
    promise: 'expiry takes all that are due and no other, and tells each once',
    async check({ ledger }) {
      const [due, waiting] = [openInput({ ttlSeconds: 0 }), openInput()];
      await open(ledger, due);
      await open(ledger, waiting);
      expect(await ledger.requests.msUntilNextDeadline()).toBe(0);

      const expired = await ledger.requests.expireDue(expiring(100));

      expect(expired.filter(({ id }) => id === due.id)).toHaveLength(1);
      expect(expired.filter(({ id }) => id === waiting.id)).toHaveLength(0);
      expect((await ledger.requests.expireDue(expiring(100))).filter(({ id }) => id === due.id)).toHaveLength(0);
      expect((await ledger.requests.pending(500)).some(({ id }) => id === waiting.id)).toBe(true);
      expect(await ledger.requests.msUntilNextDeadline()).toBeGreaterThan(0);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          expireDue: async (limit) => [
            ...(await honest.requests.expireDue(limit)),
            ...(await honest.requests.recent(2)),
          ],
        },
      }),
  },
  {
    promise: 'a producer withdraws its own request, nobody else does, and later taps learn of it',
    async check({ ledger }) {
      const input = producerInput();
      await open(ledger, input);

      const foreign = await ledger.requests.withdraw(withdrawal({ tokenHash: input.tokenHash, producer: 'other' }));
      const withdrawn = await ledger.requests.withdraw(withdrawal({ tokenHash: input.tokenHash, producer: 'jet' }));
      const again = await ledger.requests.withdraw(withdrawal({ tokenHash: input.tokenHash, producer: 'jet' }));
      const late = must(await ledger.requests.decide(approval(input)), 'already');

      expect([foreign.kind, withdrawn.kind, again.kind]).toEqual(['foreign', 'withdrawn', 'already']);
      expect(late.decision).toMatchObject({ outcome: 'withdrawn', by: 'jet' });
      expect(await ledger.requests.withdraw(withdrawal({ tokenHash: 'none', producer: 'jet' }))).toEqual({
        kind: 'unknown',
      });
    },
    mutant: (honest) =>
      lying(honest, {
        requests: { withdraw: (input) => honest.requests.withdraw({ ...input, producer: 'jet' }) },
      }),
  },
];
