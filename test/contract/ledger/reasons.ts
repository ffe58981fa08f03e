/** Promises about the reason of a denial. */
import { expect } from '@jest/globals';
import { lying, must, type LedgerCase } from './case.js';
import { approval, opened, openInput } from './inputs.js';
import { read } from './approved.js';

const SAID = { reason: 'not during the freeze', isShared: true } as const;

export const reasonCases: readonly LedgerCase[] = [
  {
    promise: 'a denial keeps its reason and whether the visitor may read it, for everybody who asks later',
    async check({ ledger }) {
      const [shared, kept] = [openInput(), openInput()];
      must(await ledger.requests.open(shared, opened), 'opened');
      must(await ledger.requests.open(kept, opened), 'opened');

      const first = must(
        await ledger.requests.decide(approval(shared, { outcome: 'denied', denial: SAID })),
        'decided',
      );
      const later = must(await ledger.requests.decide(approval(shared)), 'already');
      await ledger.requests.decide(approval(kept, { outcome: 'denied', denial: { ...SAID, isShared: false } }));

      expect(first.decision.denial).toEqual(SAID);
      expect(later.decision).toEqual(first.decision);
      expect((await read(ledger, kept)).decision?.denial).toEqual({ ...SAID, isShared: false });
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          decide: (input) =>
            honest.requests.decide({ ...input, denial: input.denial === null ? null : { ...SAID, isShared: true } }),
        },
      }),
  },
  {
    promise: 'where nothing was said there is no reason, and an approval has none whatever is said',
    async check({ ledger }) {
      const [silent, allowed] = [openInput(), openInput()];
      must(await ledger.requests.open(silent, opened), 'opened');
      must(await ledger.requests.open(allowed, opened), 'opened');

      await ledger.requests.decide(approval(silent, { outcome: 'denied' }));
      await ledger.requests.decide(approval(allowed, { denial: SAID }));

      expect((await read(ledger, silent)).decision).not.toHaveProperty('denial');
      expect((await read(ledger, allowed)).decision).not.toHaveProperty('denial');
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async byId(id) {
            const request = await honest.requests.byId(id);
            if (request?.decision?.outcome !== 'approved') return request;
            return { ...request, decision: { ...request.decision, denial: SAID } };
          },
        },
      }),
  },
];
