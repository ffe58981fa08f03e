/**
 * Writes the cards of a request. Those that a courier in this process has slots for are written as claimed, so that a
 * card is on its way with the very commit that made it. A recipient that has a card of this request over this channel
 * gets no second one.
 */
import type { FirstClaims, NewDelivery } from '../../../contract/ledger.js';
import type { MailRoute } from '../../../contract/mail-routing.js';
import { columnsOf, integer, type Row } from '../../tables/columns.js';
import { deliveries as table, type DeliveryRow, type PauseRow } from '../../tables/deliveries.js';
import { insertFrom } from '../../tables/insert.js';
import { fieldsOf, recordset } from '../../tables/recordset.js';
import type { RequestRow } from '../../tables/requests.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { newClaimToken, now, sql, whole, type Sql } from '../../sql.js';
import { storedRecipient } from './recipient.js';

export interface Insertion {
  readonly request: RequestRow;
  readonly deliveries: readonly NewDelivery[];
  readonly firstClaims: FirstClaims | null;
}

/** Answers what was new. Raises the count of first attempts that the request waits for. */
export function* insertDeliveries(input: Insertion): UnitOfWork<readonly DeliveryRow[]> {
  const { request, deliveries, firstClaims } = input;
  if (deliveries.length === 0) return [];
  const pauses = yield* rows<Pick<PauseRow, 'carrier'>>(sql`SELECT carrier FROM pauses`);
  const paused = new Set<string>(pauses.map(({ carrier }) => carrier));
  const slots = new Map(Object.entries(firstClaims?.slots ?? {}).filter(([transport]) => !paused.has(transport)));
  const leaseMs = firstClaims?.leaseMs ?? 0;
  const cards = deliveries.map((delivery) => {
    const isClaimed = takeOne(slots, delivery.transport);
    const route = isClaimed ? firstClaims?.routes?.[delivery.transport] : undefined;
    return newCard(delivery, { route, isClaimed, isPaused: paused.has(delivery.transport) });
  });
  const written = yield* rows<DeliveryRow>(sql`
    ${insertCards(cards, request, leaseMs)}
    ON CONFLICT (request_id, channel, recipient_key) DO NOTHING
    RETURNING *`);
  const waitedFor = written.filter((row) => row.is_first_ended === 0).length;
  yield* rows(sql`UPDATE requests SET first_open = first_open + ${whole(waitedFor)} WHERE id = ${request.id}`);
  return written;
}

/** What differs from card to card. */
const OF_CARD = columnsOf(table, 'id', 'channel', 'carrier', 'recipient', 'recipient_key', 'provider', 'mailbox');

/** `is_paused`: its provider is known to refuse us, so nobody waits for this first attempt before saying that all have failed. */
const CARD = { ...OF_CARD, is_claimed: integer, is_paused: integer };

function newCard(
  { id, channel, transport, recipient }: NewDelivery,
  is: { isClaimed: boolean; isPaused: boolean; route: MailRoute | undefined },
): Row<typeof CARD> {
  const carried = { id, channel, carrier: transport, ...storedRecipient(recipient) };
  const { provider = null, mailbox = null } = is.route ?? {};
  return { ...carried, provider, mailbox, is_claimed: is.isClaimed ? 1 : 0, is_paused: is.isPaused ? 1 : 0 };
}

/** A claimed card is due again when its lease is over. */
function insertCards(cards: readonly Row<typeof CARD>[], request: RequestRow, leaseMs: number): Sql {
  const card = {
    request_id: request.id,
    kind: 'card' as const,
    state: sql`CASE WHEN made.is_claimed = 1 THEN 'sending' ELSE 'queued' END`,
    claim_token: sql`CASE WHEN made.is_claimed = 1 THEN ${newClaimToken} END`,
    due_at: sql`${now} + made.is_claimed * ${whole(leaseMs)}`,
    give_up_at: request.deadline_at,
    wanted_revision: request.revision,
    drawn_revision: 0,
    attempts: sql`made.is_claimed`,
    is_maybe_duplicate: 0,
    is_first_ended: sql`made.is_paused`,
    created_at: now,
    ...fieldsOf('made', OF_CARD),
  };
  return insertFrom(table, card, sql`FROM ${recordset('made', cards, CARD)} WHERE true`);
}

function takeOne(slots: Map<string, number>, transport: string): boolean {
  const free = slots.get(transport) ?? 0;
  if (free <= 0) return false;
  slots.set(transport, free - 1);
  return true;
}
