/** The queue as operators work on it. What may be done to a delivery the ledger decides; this says it in the admin plane's words. */
import { PAYLOAD_PURPOSE } from '../approval/seal-purpose.js';
import type { Encryption } from '../base/crypto/encryption.js';
import type { Clock } from '../base/time/clock.js';
import type { Random } from '../base/crypto/random.js';
import type { DeliveryFilter, QueueCursor, QueueLedger } from '../contract/ledger.js';
import type { DeliveryLine, DeliveryPage, OperatorsQueue } from '../contract/operators-queue.js';
import { auditOf } from './act-audit.js';
import { deliveryLine, deliveryView } from './delivery-lines.js';
import { createPurge } from './purge.js';
import { cursorText, readCursor } from './queue-cursor.js';
import { counted, retriable, retryMany } from './retry-many.js';

export interface OperatorsQueueDeps {
  readonly ledger: QueueLedger;
  readonly encryption: Pick<Encryption, 'seal' | 'open'>;
  readonly random: Pick<Random, 'id'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Rows that one call to the ledger looks at, so that no writer waits long for it. */
const LOOK_AT = 10_000;
/** A page that is not full after this says where it stopped, however few were found. */
const PAGE_BUDGET_MS = 60;

export function createOperatorsQueue(deps: OperatorsQueueDeps): OperatorsQueue {
  const { ledger, random } = deps;
  const purging = createPurge({ ledger, clock: deps.clock, lookAt: LOOK_AT });

  const retry: OperatorsQueue['retry'] = async (id, act) => {
    const newId = random.id();
    const anew = await resealed(deps, id, newId);
    if (anew === null) return { kind: 'refused', reason: 'sealed' };
    const input = { deliveryId: id, newId, sealedPayload: anew.payload };
    const answer = await ledger.redrive(input, auditOf(act, 'delivery_redriven'));
    return answer.kind === 'refused' ? answer : { id: newId, redriveOf: id };
  };

  return {
    async list({ filter, cursor, limit }) {
      const from = cursor === null ? null : readCursor(cursor);
      return cursor !== null && from === null ? null : pageFrom(deps, from, { filter, limit });
    },
    async show(id) {
      const found = await ledger.find(id);
      return found === null ? null : deliveryView(found);
    },
    retry,
    async retryMany(filter, act) {
      return retryMany(await retriable(ledger, filter, LOOK_AT), (id) => retry(id, act));
    },
    previewRetry: async (filter) => counted(await retriable(ledger, filter, LOOK_AT)),
    async cancel(id, act) {
      const answer = await ledger.cancel(id, auditOf(act, 'delivery_cancelled'));
      if (answer.kind === 'refused') return answer;
      return { id, before: answer.before, isMaybeUnderWay: answer.isMaybeUnderWay };
    },
    async remove(id, act) {
      const [removed] = await ledger.remove({ ids: [id], filter: {} }, auditOf(act, 'delivery_removed'));
      if (removed !== undefined) return { id };
      const there = await ledger.find(id);
      if (there === null) return { kind: 'refused', reason: 'unknown' };
      return { kind: 'refused', reason: there.dueAtMs === null ? 'still_needed' : 'not_ended' };
    },
    purge: (filter, act) => purging.purge(filter, auditOf(act, 'deliveries_purged')),
    preview: (filter) => purging.preview(filter),
  };
}

async function pageFrom(
  { ledger, clock }: OperatorsQueueDeps,
  from: QueueCursor | null,
  { filter, limit }: { readonly filter: DeliveryFilter; readonly limit: number },
): Promise<DeliveryPage> {
  const deliveries: DeliveryLine[] = [];
  const endMs = clock.monotonicMs() + PAGE_BUDGET_MS;
  let after = from;
  do {
    const looked = await ledger.look({ filter, after, limit: limit - deliveries.length, lookAt: LOOK_AT });
    deliveries.push(...looked.found.map(deliveryLine));
    after = looked.next;
  } while (after !== null && deliveries.length < limit && clock.monotonicMs() < endMs);
  return { deliveries, next: after === null ? null : cursorText(after) };
}

/** A message's own text, encrypted anew: what is encrypted for one delivery opens for no other. Null where no key opens it. */
async function resealed(
  { ledger, encryption }: OperatorsQueueDeps,
  id: string,
  newId: string,
): Promise<{ readonly payload: string | null } | null> {
  const sealed = await ledger.sealedPayload(id);
  if (sealed === null) return { payload: null };
  const text = encryption.open(PAYLOAD_PURPOSE, id, sealed);
  return text === null ? null : { payload: encryption.seal(PAYLOAD_PURPOSE, newId, text) };
}
