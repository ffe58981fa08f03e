/** Promises about taps that come after another: one decides, and the others learn which. */
import { expect } from '@jest/globals';
import type { DecideRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase } from './case.js';
import { approval, grantedOn, opened, openInput, SITE } from './inputs.js';
import { answers, open } from './opening.js';

const TAPS = 100;

export const repeatedTapCases: readonly LedgerCase[] = [
  {
    promise: 'a second tap learns who decided, when and over which surface',
    async check({ ledger }) {
      const input = openInput();
      await open(ledger, input);
      const first = must(await ledger.requests.decide(approval(input)), 'decided');

      const late = approval(input, { outcome: 'denied', by: 'operator:eva', surface: 'cli' });
      const second = must(await ledger.requests.decide(late), 'already');

      expect(second.decision).toEqual(first.decision);
      expect(second.request).toEqual(first.request);
    },
    mutant: answers((outcome) =>
      outcome.kind === 'already' ? { ...outcome, decision: { ...outcome.decision, by: 'operator:eva' } } : outcome,
    ),
  },
  {
    promise: 'a denial, and a tap that comes after it, say by which grant the visitor passes all the same',
    async check({ ledger }) {
      const [passing, barred] = [openInput(), openInput()];
      await open(ledger, passing);
      await open(ledger, barred);
      await grantedOn(ledger, { site: SITE, address: passing.address, ttlSeconds: 9_000, by: 'eva' }, opened);
      const grant = await ledger.grants.find(SITE, passing.address);

      const first = must(await ledger.requests.decide(approval(passing, { outcome: 'denied' })), 'decided');
      const second = must(await ledger.requests.decide(approval(passing)), 'already');
      const other = must(await ledger.requests.decide(approval(barred, { outcome: 'denied' })), 'decided');

      expect(grant).not.toBeNull();
      expect([first.grant, second.grant, other.grant]).toEqual([grant, grant, null]);
    },
    mutant: answers((outcome) => ('grant' in outcome ? { ...outcome, grant: null } : outcome)),
  },
  {
    promise: 'a redelivered tap is answered decided again, and another tap by the same person already',
    async check({ ledger }) {
      const input = openInput();
      await open(ledger, input);
      const tap = approval(input);
      const first = must(await ledger.requests.decide(tap), 'decided');

      const again = must(await ledger.requests.decide(tap), 'decided');
      const other = await ledger.requests.decide(approval(input));

      expect(first.isRedelivered).toBe(false);
      expect(again).toEqual({ ...first, isRedelivered: true });
      expect(other.kind).toBe('already');
    },
    mutant: (honest) => {
      let taps = 0;
      const decide = (input: DecideRequest) => honest.requests.decide({ ...input, tapId: `tap-${String(++taps)}` });
      return lying(honest, { requests: { decide } });
    },
  },
  {
    promise:
      'a redelivered tap is the same person over the same surface with the same wish; any other with its id is already',
    async check({ ledger }) {
      const input = openInput();
      await open(ledger, input);
      const tap = approval(input);
      const first = must(await ledger.requests.decide(tap), 'decided');

      const others = [
        { ...tap, by: 'operator:eva' },
        { ...tap, surface: 'cli' },
        { ...tap, outcome: 'denied' as const },
        { ...tap, tapId: `${tap.tapId}-other` },
      ];

      for (const other of others) {
        const answer = must(await ledger.requests.decide(other), 'already');
        expect(answer.decision).toEqual(first.decision);
      }
    },
    mutant: answers((outcome) =>
      outcome.kind === 'already' ? { ...outcome, kind: 'decided', isRedelivered: true } : outcome,
    ),
  },
  {
    promise: `of ${String(TAPS)} taps at once one wins, and every loser learns which`,
    async check({ processes, query }) {
      const input = openInput();
      await open(processes[0], input);
      const taps = Array.from({ length: TAPS }, (_, tap) =>
        approval(input, { by: `approver-${String(tap)}`, outcome: tap % 2 === 0 ? 'approved' : 'denied' }),
      );

      const outcomes = await Promise.all(
        taps.map((tap, racer) => processes[racer % 3 === 0 ? 0 : racer % 3 === 1 ? 1 : 2].requests.decide(tap)),
      );

      const winner = only(outcomes.filter(({ kind }) => kind === 'decided'));
      const { decision } = must(winner, 'decided');
      const losers = outcomes.filter((outcome) => outcome !== winner);
      expect(losers.map((loser) => must(loser, 'already').decision)).toEqual(Array(TAPS - 1).fill(decision));
      const rows = await query(`SELECT id FROM audit WHERE request_id = '${input.id}' AND what = 'decided'`);
      expect(rows).toHaveLength(1);
    },
    mutant: answers((outcome) =>
      outcome.kind === 'already' && outcome.decision.by < 'approver-3'
        ? { ...outcome, kind: 'decided', isRedelivered: false }
        : outcome.kind === 'already'
          ? { ...outcome, decision: { ...outcome.decision, by: 'approver-0' } }
          : outcome,
    ),
  },
];
