/** Promises about what a provider has taken and has yet to send, and about what bounces. */
import { expect } from '@jest/globals';
import type { AttemptResult, Claim, Ledger, MailReport } from '../../../src/contract/ledger.js';
import { claim, close, closes, newTransport, openCards } from './cards.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { claimMessage, queued, rowOf } from './message-inputs.js';
import { entry } from './queue-inputs.js';

const IDS = { clientRequestId: 'c-1', providerRequestId: 'p-1' };

function taken(claimed: Claim, receipt = { message: 'draft' }): AttemptResult {
  return { ...inputs.sent(claimed), kind: 'accepted', receipt, ids: IDS };
}

function headOf({ deliveryId, claimToken, attemptId }: Claim) {
  return { deliveryId, claimToken, attemptId, tookMs: 1 };
}

function told(ledger: Ledger, deliveryId: string, what: MailReport) {
  const audit = { ...inputs.opened, who: 'mail', what: 'mail_report', site: null, address: null };
  return ledger.deliveries.report({ deliveryId, what, reason: `dsn_${what}`, replayKey: null }, audit);
}

const takesForSent: Lie = closes((result) => (result.kind === 'accepted' ? { ...result, kind: 'sent' } : result));

export const acceptedCases: readonly LedgerCase[] = [
  {
    promise: 'what a provider accepted is due no more, keeps what it says until it was sent, and then is sent',
    async check(stage) {
      const { ledger } = stage;
      const made = await queued(ledger);
      const closed = await close(ledger, taken(await claimMessage(ledger, made.channel)));

      expect(closed).toMatchObject({ isHeld: true, state: 'accepted' });
      expect(await rowOf(stage, made)).toMatchObject({ due_at: null, sealed_payload: 'sealed payload' });
      expect(await ledger.deliveries.claim(inputs.claimOne(made.channel))).toEqual([]);

      expect(await ledger.deliveries.confirmSent({ deliveryId: made.id, receipt: { message: 'm9' } })).toBe(true);
      expect(await ledger.deliveries.confirmSent({ deliveryId: made.id })).toBe(false);
      expect(await rowOf(stage, made)).toMatchObject({
        ...{ state: 'sent', due_at: null, sealed_payload: null, receipt: '{"message":"m9"}' },
      });
    },
    mutant: takesForSent,
  },
  {
    promise: 'by what an attempt is known to us and to the provider is kept with it',
    async check({ ledger }) {
      const made = await queued(ledger);
      await close(ledger, taken(await claimMessage(ledger, made.channel)));

      expect(only((await entry(ledger, made.id)).attemptEntries)).toMatchObject({ outcome: 'accepted', ...IDS });
    },
    mutant: closes((result) => ({ ...result, ids: {} })),
  },
  {
    promise: 'those that a provider has yet to send are listed by transport, oldest first and page by page',
    async check({ ledger }) {
      const transport = newTransport();
      const all = [];
      for (let made = 0; made < 3; made += 1) all.push(await queued(ledger, { channel: transport }));
      const claims = await ledger.deliveries.claim(inputs.claimOne(transport));
      await ledger.deliveries.close(claims.map((one) => taken(one, { message: one.deliveryId })));
      await ledger.deliveries.confirmSent({ deliveryId: all[1]?.id ?? '' });

      const first = only(await ledger.deliveries.accepted({ transport, limit: 1, after: null }));
      const rest = await ledger.deliveries.accepted({ transport, limit: 9, after: first });

      const listed = [first, ...rest].map(({ deliveryId, receipt }) => [deliveryId, receipt]);
      const wanted = [all[0], all[2]].map((one) => [one?.id, { message: one?.id }]);
      expect(listed).toHaveLength(2);
      expect(listed).toEqual(expect.arrayContaining(wanted));
    },
    mutant: (honest) =>
      lying(honest, { deliveries: { accepted: (input) => honest.deliveries.accepted({ ...input, after: null }) } }),
  },
  {
    promise: 'of those, what was made long ago and is past its end is left out where only the young are asked for',
    async check({ ledger, change }) {
      const transport = newTransport();
      const all = [];
      for (let made = 0; made < 3; made += 1) all.push(await queued(ledger, { channel: transport }));
      const [past, delayed, young] = all.map(({ id }) => id);
      await ledger.deliveries.close(
        (await ledger.deliveries.claim(inputs.claimOne(transport))).map((one) => taken(one)),
      );
      const hour = 3_600_000;
      const made = String(Date.now() - 5 * hour);
      const ends = (at: number) => String(Date.now() + at * hour);
      await change(`UPDATE deliveries SET created_at = ${made}, expires_at = ${ends(-1)} WHERE id = '${past ?? ''}'`);
      await change(`UPDATE deliveries SET created_at = ${made}, expires_at = ${ends(1)} WHERE id = '${delayed ?? ''}'`);
      await change(`UPDATE deliveries SET expires_at = ${ends(-1)} WHERE id = '${young ?? ''}'`);

      const listed = await ledger.deliveries.accepted({ transport, limit: 9, after: null, withinMs: 4 * hour });
      const every = await ledger.deliveries.accepted({ transport, limit: 9, after: null });

      expect(listed.map(({ deliveryId }) => deliveryId)).toEqual([delayed, young]);
      expect(every).toHaveLength(3);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: { accepted: (input) => honest.deliveries.accepted({ ...input, withinMs: 1e12 }) },
      }),
  },
  {
    promise: 'what may be there twice is marked so by every result that says so, and stays marked',
    async check({ ledger }) {
      for (const ends of [taken, inputs.sent, (one: Claim) => ({ ...headOf(one), kind: 'released' }) as const]) {
        const made = await queued(ledger);
        const claimed = await claimMessage(ledger, made.channel);
        await close(ledger, { ...ends(claimed), isMaybeDuplicate: true });

        expect(await entry(ledger, made.id)).toMatchObject({ isMaybeDuplicate: true });
      }
    },
    mutant: closes((result) => ({ ...result, isMaybeDuplicate: false })),
  },
  {
    promise: 'a card whose request is decided before its provider sent it is redrawn once it was sent, and not before',
    async check({ ledger }) {
      const { input, transport } = await openCards(ledger);
      const first = await claim(ledger, transport);
      await close(ledger, taken(first));
      must(await ledger.requests.decide(inputs.approval(input)), 'decided');

      expect(only(await ledger.deliveries.ofRequest(input.id))).toMatchObject({ state: 'accepted', wantedRevision: 2 });
      expect(await ledger.deliveries.claim(inputs.claimOne(transport))).toEqual([]);

      await ledger.deliveries.confirmSent({ deliveryId: first.deliveryId });
      expect(await claim(ledger, transport)).toMatchObject({ task: 'update', receipt: { message: 'draft' } });
    },
    mutant: takesForSent,
  },
  {
    promise: 'a report that it was delivered says that it was sent; one that it bounced ends it, sent or not',
    async check({ ledger }) {
      for (const [what, from, to] of [
        ['delivered', 'accepted', 'sent'],
        ['delayed', 'accepted', 'accepted'],
        ['bounced', 'accepted', 'bounced'],
        ['bounced', 'sent', 'bounced'],
      ] as const) {
        const made = await queued(ledger);
        const claimed = await claimMessage(ledger, made.channel);
        await close(ledger, from === 'sent' ? inputs.sent(claimed) : taken(claimed));

        await told(ledger, made.id, what);

        expect([what, from, (await entry(ledger, made.id)).state]).toEqual([what, from, to]);
        expect(await ledger.deliveries.confirmSent({ deliveryId: made.id })).toBe(to === 'accepted');
      }
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          report: (input, audit) => honest.deliveries.report({ ...input, what: 'delayed' }, audit),
        },
      }),
  },
  {
    promise: 'a recipient that is refused at once has bounced, and can be sent to again',
    async check({ ledger }) {
      const { transport, input } = await openCards(ledger);
      const claimed = await claim(ledger, transport);
      const { deliveryId } = claimed;

      const closed = await close(ledger, { ...headOf(claimed), kind: 'bounced', reason: 'smtp_550', suppressForMs: 0 });
      const again = { deliveryId, newId: `${deliveryId}-2`, sealedPayload: null };

      expect(closed).toMatchObject({ state: 'bounced', isLastFirstFailure: true });
      expect((await ledger.requests.byId(input.id))?.isNobodyReached).toBe(true);
      expect(must(await ledger.queue.redrive(again, inputs.opened), 'redriven').deliveryId).toBe(again.newId);
      expect(await claim(ledger, transport)).toMatchObject({ isMaybeDuplicate: false });
    },
    mutant: closes((result) =>
      result.kind === 'bounced' ? { ...result, kind: 'failed', scope: 'recipient' } : result,
    ),
  },
  {
    promise: 'where the only card that was sent bounces, nobody was reached; while another was sent, somebody was',
    async check({ ledger }) {
      const { transport, input } = await openCards(ledger, 2);
      const claims = await ledger.deliveries.claim(inputs.claimOne(transport));
      const isNobodyReached = async () => (await ledger.requests.byId(input.id))?.isNobodyReached === true;
      const said = [];
      const [one, other] = claims;
      if (one === undefined || other === undefined) throw new Error('two cards were claimed');
      await ledger.deliveries.close([inputs.sent(one), taken(other)]);

      for (const { deliveryId } of claims) {
        await told(ledger, deliveryId, 'bounced');
        await told(ledger, deliveryId, 'bounced');
        said.push(await isNobodyReached());
      }

      expect(said).toEqual([false, true]);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async byId(id) {
            const request = await honest.requests.byId(id);
            return request === null ? null : { ...request, isNobodyReached: true };
          },
        },
      }),
  },
  {
    promise: 'a worker that stalled closes no mail that another one has by now, and leaves no failure behind',
    async check({ ledger }) {
      const made = await queued(ledger);
      const stalled = await claimMessage(ledger, made.channel, 0);
      const current = await claimMessage(ledger, made.channel);

      expect(await close(ledger, inputs.failed(stalled))).toMatchObject({ isHeld: false, state: 'sending' });
      expect(await ledger.failures.find(made.id)).toBeNull();
      expect(await close(ledger, inputs.sent(current))).toMatchObject({ isHeld: true, state: 'sent' });
    },
    mutant: unfenced,
  },
];

/** Whoever closes a delivery does so by the newest claim of it. */
function unfenced(honest: Ledger): Ledger {
  const newest = new Map<string, string>();
  return lying(honest, {
    deliveries: {
      async claim(input) {
        const claims = await honest.deliveries.claim(input);
        for (const { deliveryId, claimToken } of claims) newest.set(deliveryId, claimToken);
        return claims;
      },
      close: (results) =>
        honest.deliveries.close(
          results.map((one) => ({ ...one, claimToken: newest.get(one.deliveryId) ?? one.claimToken })),
        ),
    },
  });
}
