/**
 * Takes due mails: for each a mailbox and its provider are chosen, and written on it with the attempt that begins. What may not go now
 * waits: that is no attempt.
 */
import type { DeliveryLedger, MailClaiming } from '../../../../contract/ledger.js';
import type { MailRoute } from '../../../../contract/mail-routing.js';
import { bigint, maybe, text, type Row } from '../../../tables/columns.js';
import type { DeliveryRow } from '../../../tables/deliveries.js';
import { recordset } from '../../../tables/recordset.js';
import { onlyRoute } from '../../../../mail/selection.js';
import { lockedOrSkipped, oneOf, sql, whole } from '../../../sql.js';
import { rows, type UnitOfWork } from '../../../unit-of-work.js';
import { abandonOpenAttempts } from '../abandon.js';
import { isDue, taken } from '../due.js';
import { createChoice, HELD_REASONS, type Choice, type DueRow, type HeldReason } from './choose.js';
import { holdGates, probeBegun } from './gates.js';
import { roomOf } from './room.js';

type Input = Parameters<DeliveryLedger['claim']>[0] & { readonly mail: MailClaiming };

export interface TakenMails {
  readonly taken: readonly DeliveryRow[];
  /** Those that find out whether their provider works again. */
  readonly probes: readonly DeliveryRow[];
}

/** Of those that wait for something, so many are moved out of the way of the others at once. */
const LOOK_AT = 256;

export function* takeMails(input: Input): UnitOfWork<TakenMails> {
  const only = onlyRoute(input.mail.routes);
  if (only !== null) return { taken: yield* takeAll(input, only), probes: [] };
  const gates = yield* holdGates(input.mail.routes);
  const nowMs = gates[0]?.now ?? 0;
  const choice = createChoice({ mail: input.mail, gates, nowMs, room: yield* roomOf(input.mail, nowMs) });
  const chosen: Chosen[] = [];
  yield* look(input, { limit: input.limit, isFull: [] }, { choice, chosen });
  if (chosen.some(({ choice: { kind } }) => kind !== 'taken') && countTaken(chosen) < input.limit) {
    const isFull = [...new Set(chosen.flatMap(({ choice: one }) => (one.kind === 'full' ? one.route.provider : [])))];
    yield* look(input, { limit: LOOK_AT, isFull }, { choice, chosen });
  }
  yield* probeBegun(choice.probed(), input.leaseMs);
  yield* lengthen(choice.queues());
  return yield* begun(input, chosen);
}

/** One provider, whatever its state: what refuses it refuses all mails. */
export function isAlone({ providers }: MailClaiming['routes']): boolean {
  return providers.length < 2;
}

function* takeAll(input: Input, { provider, mailbox }: MailRoute): UnitOfWork<readonly DeliveryRow[]> {
  const isElsewhere = sql`(is_maybe_there = 1 OR state = 'sending') AND receipt IS NULL AND provider <> ${provider}`;
  return yield* rows<DeliveryRow>(sql`
    UPDATE deliveries SET ${taken(input, isElsewhere)}, provider = ${provider}, mailbox = ${mailbox}
    WHERE id IN (
      SELECT id FROM deliveries WHERE ${isDue(input.transport)}
      ORDER BY due_at LIMIT ${whole(input.limit)} ${lockedOrSkipped})
    RETURNING *`);
}

interface Chosen {
  readonly row: DueRow;
  readonly choice: Choice;
}

function countTaken(chosen: readonly Chosen[]): number {
  return chosen.filter(({ choice }) => choice.kind === 'taken').length;
}

function* look(
  input: Input,
  { limit, isFull }: { readonly limit: number; readonly isFull: readonly string[] },
  { choice, chosen }: { readonly choice: ReturnType<typeof createChoice>; readonly chosen: Chosen[] },
): UnitOfWork<void> {
  const seen = chosen.map(({ row }) => row.id);
  const found = yield* rows<DueRow>(sql`
    SELECT *, (SELECT site FROM requests WHERE requests.id = request_id) AS site,
      (SELECT producer FROM requests WHERE requests.id = request_id) AS producer
    FROM deliveries
    WHERE ${isDue(input.transport)} AND NOT (id ${oneOf(seen, 'text')})
      AND (provider IS NULL OR NOT (provider ${oneOf(isFull, 'text')}))
    ORDER BY due_at LIMIT ${whole(limit)} ${lockedOrSkipped}`);
  for (const row of found) {
    if (countTaken(chosen) >= input.limit) return;
    chosen.push({ row, choice: choice.choose(row) });
  }
}

const LENGTHENED = { provider: text, mailbox: text, queued_to: bigint };

function* lengthen(queues: readonly Row<typeof LENGTHENED>[]): UnitOfWork<void> {
  if (queues.length === 0) return;
  yield* rows(sql`
    UPDATE mail_gates SET queued_to = made.queued_to FROM ${recordset('made', queues, LENGTHENED)}
    WHERE mail_gates.provider = made.provider AND mail_gates.mailbox = made.mailbox`);
}

function* begun(input: Input, chosen: readonly Chosen[]): UnitOfWork<TakenMails> {
  yield* holdBack(chosen);
  const groups = new Map<string, { ids: string[]; choice: Extract<Choice, { kind: 'taken' }> }>();
  for (const { row, choice } of chosen) {
    if (choice.kind !== 'taken') continue;
    const key = JSON.stringify(choice);
    const group = groups.get(key) ?? { ids: [], choice };
    group.ids.push(row.id);
    groups.set(key, group);
  }
  const out = { taken: [] as DeliveryRow[], probes: [] as DeliveryRow[] };
  for (const { ids, choice } of groups.values())
    out[choice.isProbe ? 'probes' : 'taken'].push(...(yield* take(input, ids, choice)));
  return out;
}

function* take(
  input: Input,
  ids: readonly string[],
  { route, isTwice }: Extract<Choice, { kind: 'taken' }>,
): UnitOfWork<readonly DeliveryRow[]> {
  const { isIdempotent } = input.mail.routes.providers.find(({ name }) => name === route.provider) ?? {};
  const taking = taken({ ...input, isIdempotent: isIdempotent ?? false }, isTwice ? sql`true` : sql`false`);
  return yield* rows<DeliveryRow>(sql`
    UPDATE deliveries SET ${taking}, provider = ${route.provider}, mailbox = ${route.mailbox}
    WHERE id ${oneOf(ids, 'text')} RETURNING *`);
}

const HELD = { id: text, due_at: bigint, reason: text, provider: maybe(text), mailbox: maybe(text) };

/** What waits says why, and by what it is to go, so that the next claim finds the others behind it. */
function* holdBack(chosen: readonly Chosen[]): UnitOfWork<void> {
  const waiting = chosen.flatMap(({ row, choice }) => (choice.kind === 'taken' ? [] : [{ row, choice }]));
  const held = waiting.filter(({ row, choice }) => choice.kind === 'held' || row.provider !== choice.route.provider);
  if (held.length === 0) return;
  const ranOut = held.filter(({ row }) => row.state === 'sending').map(({ row }) => row);
  if (ranOut.length > 0) yield* abandonOpenAttempts(ranOut);
  const made = held.map(({ row, choice }) => ({
    id: row.id,
    due_at: choice.kind === 'held' ? choice.untilMs : (row.due_at ?? 0),
    reason: choice.kind === 'held' ? choice.reason : ('throttled' satisfies HeldReason),
    provider: choice.route?.provider ?? null,
    mailbox: choice.route?.mailbox ?? null,
  }));
  yield* rows(sql`
    UPDATE deliveries SET
      is_maybe_there = CASE WHEN state = 'sending' AND receipt IS NULL THEN 1 ELSE is_maybe_there END,
      state = 'queued', claim_token = NULL, due_at = made.due_at,
      last_reason = CASE WHEN coalesce(deliveries.last_reason, made.reason) ${oneOf(HELD_REASONS, 'text')}
        THEN made.reason ELSE deliveries.last_reason END,
      provider = coalesce(made.provider, deliveries.provider), mailbox = coalesce(made.mailbox, deliveries.mailbox)
    FROM ${recordset('made', made, HELD)} WHERE deliveries.id = made.id`);
}
