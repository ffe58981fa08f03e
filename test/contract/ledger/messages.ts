/** Promises about messages that have no request: queued once, alone or with what they tell of, claimed, and done. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { QueueAnswer, QueuedMessage } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import { claimOne, delivery, newApprover, opened, openInput, sent } from './inputs.js';
import { claimMessage, message, newCarrier, queued, rowOf } from './message-inputs.js';

const random = systemRandom();
const RACERS = 20;

function enqueues(bend: (input: QueuedMessage) => QueuedMessage): Lie {
  return (honest) => lying(honest, { deliveries: { enqueue: (input) => honest.deliveries.enqueue(bend(input)) } });
}

export const messageCases: readonly LedgerCase[] = [
  {
    promise: `of ${String(RACERS)} enqueuings with one key at once one is written, and all name it`,
    async check(stage) {
      const { processes, query } = stage;
      const idempotencyKey = random.id();

      const answers = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) =>
          processes[racer % 3 === 0 ? 0 : racer % 3 === 1 ? 1 : 2].deliveries.enqueue(message({ idempotencyKey })),
        ),
      );

      expect(answers.filter(({ kind }) => kind === 'queued')).toHaveLength(1);
      expect(new Set(answers.map(({ deliveryId }) => deliveryId)).size).toBe(1);
      expect(await query(`SELECT id FROM deliveries WHERE idempotency_key = '${idempotencyKey}'`)).toHaveLength(1);
    },
    mutant: enqueues((input) => ({ ...input, idempotencyKey: random.id() })),
  },
  {
    promise: 'a key is unique within its kind, and what has it stays as it was',
    async check({ ledger }) {
      const first = await queued(ledger);
      const { idempotencyKey, channel } = first;

      const again = await ledger.deliveries.enqueue(message({ idempotencyKey, sealedPayload: 'another', channel }));
      const other = await ledger.deliveries.enqueue(message({ idempotencyKey, kind: 'digest' }));

      expect(again).toEqual({ kind: 'known', deliveryId: first.id });
      expect(other.kind).toBe('queued');
      expect(await claimMessage(ledger, channel)).toMatchObject({
        deliveryId: first.id,
        sealedPayload: 'sealed payload',
      });
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          enqueue: async (input): Promise<QueueAnswer> => ({
            ...(await honest.deliveries.enqueue(input)),
            deliveryId: input.id,
          }),
        },
      }),
  },
  {
    promise: 'a message is claimed with its payload and what it is about, beside the cards of its carrier',
    async check({ ledger }) {
      const { id, channel, recipient, about } = await queued(ledger);
      const cards = [{ id: newApprover(), deliveries: [delivery(channel)] }];
      const request = openInput({ approvers: cards });
      must(await ledger.requests.open(request, opened), 'opened');

      const claims = await ledger.deliveries.claim(claimOne(channel));

      const [mail] = claims.filter(({ kind }) => kind === 'mail');
      const [card] = claims.filter(({ kind }) => kind === 'card');
      expect(claims).toHaveLength(2);
      expect(mail).toMatchObject({ deliveryId: id, recipient, about, sealedPayload: 'sealed payload', attempt: 1 });
      expect(mail).toMatchObject({ task: 'notify', receipt: null, transport: channel });
      expect(card).toMatchObject({ request: { id: request.id }, sealedToken: 'sealed' });
      expect((mail?.giveUpAtMs ?? 0) - Date.now()).toBeGreaterThan(590_000);
    },
    mutant: enqueues((input) => ({ ...input, about: null })),
  },
  {
    promise: 'a message that was sent is done: its payload is erased, and nothing is due',
    async check(stage) {
      const { ledger } = stage;
      const made = await queued(ledger);

      const closed = only(await ledger.deliveries.close([sent(await claimMessage(ledger, made.channel))]));

      expect(closed).toMatchObject({ isHeld: true, state: 'sent', isLastFirstFailure: false });
      expect(await rowOf(stage, made)).toMatchObject({ sealed_payload: null, due_at: null, state: 'sent' });
      expect(await ledger.deliveries.claim(claimOne(made.channel))).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          close: (results) =>
            honest.deliveries.close(
              results.map((one) => ({ ...one, kind: 'failed', scope: 'message', reason: 'http_400' })),
            ),
        },
      }),
  },
  {
    promise: 'a report of a mail is kept with it, and a bounce makes it a straggler',
    async check({ ledger }) {
      const made = await queued(ledger);
      await ledger.deliveries.close([sent(await claimMessage(ledger, made.channel))]);
      const who = random.id();
      const input = { deliveryId: made.id, what: 'bounced', reason: 'dsn_5.1.1', replayKey: null } as const;

      const record = await ledger.deliveries.report(input, { ...opened, who, site: null, address: null });

      expect(record).toMatchObject({ deliveryId: made.id, kind: 'mail', requestId: null, state: 'bounced' });
      const listed = (await ledger.deliveries.stragglers(500)).filter(({ deliveryId }) => deliveryId === made.id);
      expect(only(listed)).toMatchObject({ kind: 'mail', lastReason: 'dsn_5.1.1' });
      const said = only((await ledger.audit.recent(50)).filter((row) => row.who === who));
      expect(said).toMatchObject({ requestId: null, detail: { delivery: made.id, report: 'bounced' } });
    },
    mutant: (honest) => lying(honest, { deliveries: { report: () => Promise.resolve(null) } }),
  },
  {
    promise: 'a kind that a later version queues is left to it, and holds up nothing',
    async check(stage) {
      const { ledger } = stage;
      const channel = newCarrier();
      const foreign = await queued(ledger, { channel });
      await stage.change(`UPDATE deliveries SET kind = 'hologram', due_at = due_at - 5000 WHERE id = '${foreign.id}'`);
      const known = await queued(ledger, { channel });

      const claimed = await claimMessage(ledger, channel, 60_000);

      expect(claimed.deliveryId).toBe(known.id);
      expect(await ledger.deliveries.msUntilDue(channel)).toBeGreaterThan(50_000);
      expect(await rowOf(stage, foreign)).toMatchObject({ state: 'queued', sealed_payload: 'sealed payload' });
    },
    mutant: (honest) => lying(honest, { deliveries: { msUntilDue: () => Promise.resolve(0) } }),
  },
];
