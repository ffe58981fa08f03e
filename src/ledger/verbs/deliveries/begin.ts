/** Begins attempts: their rows are written before the call, and the claims are what a courier needs to make it. */
import type { RequestRecord } from '../../../approval/request.js';
import type { Claim, MessageClaim, RequestClaim } from '../../../contract/ledger.js';
import type { Mailbox } from '../../../contract/message.js';
import type { Receipt, Recipient } from '../../../contract/notifier.js';
import { columnsOf } from '../../tables/columns.js';
import { attempts, deliveries, type AttemptRow, type DeliveryRow } from '../../tables/deliveries.js';
import { insertFrom } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { fieldsOf, recordset } from '../../tables/recordset.js';
import type { RequestRow } from '../../tables/requests.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql } from '../../sql.js';
import { requestRecord } from '../requests/record.js';
import { suppressedAmong } from '../suppressions/suppressions.js';
import { readAbout } from './about.js';
import { isMessage } from './kinds.js';
import { readRecipient } from './recipient.js';

export interface Beginning {
  /** Of all deliveries that are taken and have one. */
  readonly requests: readonly RequestRow[];
  readonly isProbe: boolean;
}

/** `taken`: rows in `sending`, each with its claim token. Answers in their order. */
export function* begin(taken: readonly DeliveryRow[], { requests, isProbe }: Beginning): UnitOfWork<readonly Claim[]> {
  const begun = yield* writeAttempts(taken);
  const suppressed = yield* suppressedAmong(taken.map(({ recipient }) => recipient));
  const claimed = new Map(requests.map((row) => [row.id, claimedOf(row)]));
  return begun.map(({ row, attemptId }) => {
    const { kind } = row;
    if (isMessage(kind)) return { ...headOf(row, { attemptId, suppressed }), ...messagePart(row), kind, isProbe };
    const request = row.request_id === null ? undefined : claimed.get(row.request_id);
    if (request === undefined) throw new Error('a claim of a card has its request');
    return { ...headOf(row, { attemptId, suppressed }), ...requestPart(row, request), kind, isProbe };
  });
}

/** The same for deliveries that are all cards of one request. */
export function* beginCards(taken: readonly DeliveryRow[], request: RequestRow): UnitOfWork<readonly RequestClaim[]> {
  const begun = yield* writeAttempts(taken);
  const suppressed = yield* suppressedAmong(taken.map(({ recipient }) => recipient));
  const claimed = claimedOf(request);
  return begun.map(({ row, attemptId }) => ({
    ...headOf(row, { attemptId, suppressed }),
    ...requestPart(row, claimed),
    kind: 'card',
    isProbe: false,
  }));
}

interface Begun {
  readonly row: DeliveryRow;
  readonly attemptId: number;
}

const BEGUN = columnsOf(attempts, 'delivery_id', 'task', 'attempt', 'provider', 'mailbox');

function* writeAttempts(taken: readonly DeliveryRow[]): UnitOfWork<readonly Begun[]> {
  if (taken.length === 0) return [];
  const begun = taken.map((row) => ({
    ...{ delivery_id: row.id, task: taskOf(row), attempt: row.attempts },
    ...{ provider: row.provider, mailbox: row.mailbox },
  }));
  const attempt = { ...fieldsOf('made', BEGUN), started_at: now };
  const written = yield* rows<Pick<AttemptRow, 'id' | 'delivery_id'>>(
    sql`${insertFrom(attempts, attempt, sql`FROM ${recordset('made', begun, BEGUN)}`)} RETURNING id, delivery_id`,
  );
  const attemptIds = new Map(written.map((attempt) => [attempt.delivery_id, attempt.id]));
  return taken.map((row) => {
    const attemptId = attemptIds.get(row.id);
    if (attemptId === undefined) throw new Error('a claim has its attempt');
    return { row, attemptId };
  });
}

/** A request, and the one record of it that all its claims have: as one object it crosses to another thread once. */
interface Claimed {
  readonly row: RequestRow;
  readonly record: RequestRecord;
}

function claimedOf(row: RequestRow): Claimed {
  return { row, record: requestRecord(row) };
}

function taskOf(row: DeliveryRow): RequestClaim['task'] {
  if (row.receipt === null) return 'notify';
  return row.is_card_lost === 1 ? 'follow_up' : 'update';
}

/** Of a mail: by what it goes out. */
function routeOf({ provider, mailbox }: DeliveryRow): Pick<Claim, 'route'> {
  return provider === null || mailbox === null ? {} : { route: { provider, mailbox } };
}

type Part = 'request' | 'recipient' | 'sealedToken' | 'task' | 'kind' | 'isProbe';

const sameOf = mapper(deliveries, 'channel', 'is_maybe_duplicate', 'is_maybe_there');

interface Beginnings {
  readonly attemptId: number;
  readonly suppressed: ReadonlySet<string>;
}

function headOf(row: DeliveryRow, { attemptId, suppressed }: Beginnings): Omit<RequestClaim, Part> {
  return {
    deliveryId: row.id,
    claimToken: row.claim_token ?? '',
    attemptId,
    attempt: row.attempts,
    ...(row.attempts === 1 && row.last_reason !== null ? { isAgain: true } : {}),
    transport: row.carrier,
    receipt: row.receipt === null ? null : (JSON.parse(row.receipt) as Receipt),
    giveUpAtMs: row.expires_at ?? row.give_up_at,
    isSuppressed: suppressed.has(row.recipient),
    ...sameOf(row),
    ...routeOf(row),
  };
}

function requestPart(
  row: DeliveryRow,
  { row: request, record }: Claimed,
): Pick<RequestClaim, Exclude<Part, 'kind' | 'isProbe'>> {
  const isTokenNeeded = request.outcome === null || row.kind === 'callback';
  return {
    task: taskOf(row),
    recipient: readRecipient(row.recipient) as Recipient,
    request: record,
    sealedToken: isTokenNeeded ? request.sealed_token : null,
  };
}

type MessagePart = Pick<MessageClaim, 'task' | 'recipient' | 'about' | 'sealedPayload'>;

function messagePart({ recipient, about, sealed_payload: sealedPayload }: DeliveryRow): MessagePart {
  return {
    task: 'notify',
    recipient: readRecipient(recipient) as Mailbox,
    about: about === null ? null : readAbout(about),
    sealedPayload,
  };
}
