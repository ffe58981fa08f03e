/** Begins attempts: their rows are written before the call, and the claims are what a courier needs to make it. */
import type { ChannelName } from '../../approval/brand.js';
import type { RequestRecord } from '../../approval/request.js';
import type { Claim } from '../../contract/ledger.js';
import type { Receipt } from '../../contract/notifier.js';
import type { DeliveryRow } from '../entities/deliveries.js';
import type { RequestRow } from '../entities/requests.js';
import { rows, type Program } from '../program.js';
import { now, recordset, sql } from '../sql.js';
import { requestRecord } from '../requests/record.js';
import { readRecipient } from './recipient.js';

export interface Beginning {
  /** Of all deliveries that are taken. */
  readonly requests: readonly RequestRow[];
  readonly isProbe: boolean;
}

/** `taken`: rows in `sending`, each with its claim token. Answers in their order. */
export function* begin(taken: readonly DeliveryRow[], { requests, isProbe }: Beginning): Program<readonly Claim[]> {
  if (taken.length === 0) return [];
  const begun = taken.map((row) => ({ delivery_id: row.id, task: taskOf(row), attempt: row.attempts }));
  const made = recordset('made', JSON.stringify(begun), { delivery_id: 'text', task: 'text', attempt: 'integer' });
  const written = yield* rows<{ id: number; delivery_id: string }>(sql`
    INSERT INTO attempts (delivery_id, task, attempt, started_at)
    SELECT made.delivery_id, made.task, made.attempt, ${now} FROM ${made}
    RETURNING id, delivery_id`);
  const attemptIds = new Map(written.map((attempt) => [attempt.delivery_id, attempt.id]));
  const requestsById = new Map(requests.map((row) => [row.id, { row, record: requestRecord(row) }]));
  return taken.map((row) => {
    const attemptId = attemptIds.get(row.id);
    const request = requestsById.get(row.request_id);
    if (attemptId === undefined || request === undefined) throw new Error('a claim has its attempt and its request');
    return { ...claimOf(row, request, attemptId), isProbe };
  });
}

/** A request, and the one record of it that all its claims have: as one object it crosses to another thread once. */
interface Claimed {
  readonly row: RequestRow;
  readonly record: RequestRecord;
}

function taskOf(row: DeliveryRow): Claim['task'] {
  if (row.receipt === null) return 'notify';
  return row.is_card_lost === 1 ? 'follow_up' : 'update';
}

function claimOf(row: DeliveryRow, { row: request, record }: Claimed, attemptId: number): Omit<Claim, 'isProbe'> {
  const isTokenNeeded = request.outcome === null || row.kind === 'callback';
  return {
    deliveryId: row.id,
    claimToken: row.claim_token ?? '',
    attemptId,
    attempt: row.attempts,
    task: taskOf(row),
    channel: row.channel as ChannelName,
    carrier: row.carrier as ChannelName,
    recipient: readRecipient(row.recipient),
    receipt: row.receipt === null ? null : (JSON.parse(row.receipt) as Receipt),
    request: record,
    sealedToken: isTokenNeeded ? request.sealed_token : null,
    isMaybeDuplicate: row.is_maybe_duplicate === 1,
    isMaybeThere: row.is_maybe_there === 1,
    giveUpAtMs: row.give_up_at,
  };
}
