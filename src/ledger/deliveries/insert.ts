/**
 * Writes the cards of a request. Those that a courier in this process has slots for are written as claimed, so that a
 * card is on its way with the very commit that made it. A recipient that has a card of this request over this channel
 * gets no second one.
 */
import type { FirstClaims, NewDelivery } from '../../contract/ledger.js';
import type { DeliveryRow } from '../entities/deliveries.js';
import type { RequestRow } from '../entities/requests.js';
import { rows, type Program } from '../program.js';
import { newClaimToken, now, recordset, sql, text, whole, type Sql } from '../sql.js';
import { storedRecipient } from './recipient.js';

export interface Insertion {
  readonly request: RequestRow;
  readonly deliveries: readonly NewDelivery[];
  readonly firstClaims: FirstClaims | null;
}

/** Answers what was new. Raises the count of first attempts that the request waits for. */
export function* insertDeliveries(wish: Insertion): Program<readonly DeliveryRow[]> {
  const { request, deliveries, firstClaims } = wish;
  if (deliveries.length === 0) return [];
  const paused = new Set((yield* rows<{ carrier: string }>(sql`SELECT carrier FROM pauses`)).map((row) => row.carrier));
  const slots = new Map(Object.entries(firstClaims?.slots ?? {}).filter(([carrier]) => !paused.has(carrier)));
  const leaseMs = firstClaims?.leaseMs ?? 0;
  const cards = deliveries.map((delivery) => {
    const isClaimed = takeOne(slots, delivery.carrier);
    return newCard(delivery, { isClaimed, isPaused: paused.has(delivery.carrier) });
  });
  const written = yield* rows<DeliveryRow>(sql`
    INSERT INTO deliveries (
      id, request_id, channel, carrier, kind, recipient, recipient_key, state, claim_token, due_at, give_up_at,
      wanted_revision, drawn_revision, attempts, is_maybe_duplicate, is_first_ended, created_at)
    ${selectCards(cards, request, leaseMs)}
    ON CONFLICT (request_id, channel, recipient_key) DO NOTHING
    RETURNING *`);
  const waitedFor = written.filter((row) => row.is_first_ended === 0).length;
  yield* rows(sql`UPDATE requests SET first_open = first_open + ${whole(waitedFor)} WHERE id = ${request.id}`);
  return written;
}

/** A card as a row of a recordset. */
interface NewCard {
  readonly id: string;
  readonly channel: string;
  readonly carrier: string;
  readonly recipient: string;
  readonly recipient_key: string;
  readonly is_claimed: 0 | 1;
  /** Its provider is known to refuse us: nobody waits for this first attempt before saying that all have failed. */
  readonly is_paused: 0 | 1;
}

function newCard(
  { id, channel, carrier, recipient }: NewDelivery,
  is: { isClaimed: boolean; isPaused: boolean },
): NewCard {
  const { json, key } = storedRecipient(recipient);
  return {
    id,
    channel,
    carrier,
    recipient: json,
    recipient_key: key,
    is_claimed: is.isClaimed ? 1 : 0,
    is_paused: is.isPaused ? 1 : 0,
  };
}

const CARD_COLUMNS = {
  id: 'text',
  channel: 'text',
  carrier: 'text',
  recipient: 'text',
  recipient_key: 'text',
  is_claimed: 'integer',
  is_paused: 'integer',
} as const satisfies Record<keyof NewCard, 'integer' | 'text'>;

/** A claimed card is due again when its lease is over. */
function selectCards(cards: readonly NewCard[], request: RequestRow, leaseMs: number): Sql {
  return sql`
    SELECT made.id, ${text(request.id)}, made.channel, made.carrier, 'card', made.recipient, made.recipient_key,
      CASE WHEN made.is_claimed = 1 THEN 'sending' ELSE 'queued' END,
      CASE WHEN made.is_claimed = 1 THEN ${newClaimToken} END,
      ${now} + made.is_claimed * ${whole(leaseMs)}, ${whole(request.deadline_at)}, ${whole(request.revision)}, 0,
      made.is_claimed, 0, made.is_paused, ${now}
    FROM ${recordset('made', JSON.stringify(cards), CARD_COLUMNS)} WHERE true`;
}

function takeOne(slots: Map<string, number>, carrier: string): boolean {
  const free = slots.get(carrier) ?? 0;
  if (free <= 0) return false;
  slots.set(carrier, free - 1);
  return true;
}
