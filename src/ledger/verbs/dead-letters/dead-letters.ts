/** Dead letters: what the receivers refused, as they cut it. What may be kept of a call, they decide; this only keeps it. */
import type { AuditEntry, DeadLetter, DeadLetterLedger, NewDeadLetter } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { deadLetters, type DeadLetterRow } from '../../tables/calls.js';
import { insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';

type ListInput = Parameters<DeadLetterLedger['list']>[0];
type MarkInput = Parameters<DeadLetterLedger['markRedriven']>[0];

export function* addDeadLetter(letter: NewDeadLetter): UnitOfWork<void> {
  const { source, reason, callId, address, headers, bodyBytes, bodyHash, sealedBody, unrecorded } = letter;
  yield* rows(
    insertInto(deadLetters, {
      at: now,
      source,
      reason,
      call_id: callId,
      address,
      headers: JSON.stringify(headers),
      body_bytes: bodyBytes,
      body_hash: bodyHash,
      sealed_body: sealedBody,
      unrecorded,
    }),
  );
}

export function* listDeadLetters({ limit, before }: ListInput): UnitOfWork<readonly DeadLetter[]> {
  const older = before === null ? sql`true` : sql`id < ${whole(before)}`;
  const found = yield* rows<DeadLetterRow>(
    sql`SELECT * FROM dead_letters WHERE ${older} ORDER BY id DESC LIMIT ${whole(limit)}`,
  );
  return found.map(deadLetter);
}

export function* findDeadLetter(id: number): UnitOfWork<DeadLetter | null> {
  const found = yield* row<DeadLetterRow>(sql`SELECT * FROM dead_letters WHERE id = ${whole(id)}`);
  return found === null ? null : deadLetter(found);
}

/** Once: who redrove it first, and what came of it, stays said. */
export function* markRedriven({ id, by, outcome }: MarkInput, audit: AuditEntry): UnitOfWork<void> {
  const marked = yield* row<Pick<DeadLetterRow, 'source'>>(sql`
    UPDATE dead_letters SET redriven_at = ${now}, redriven_by = ${by}, redriven_outcome = ${outcome}
    WHERE id = ${whole(id)} AND redriven_at IS NULL RETURNING source`);
  if (marked === null) return;
  const detail = { ...audit.detail, letter: id, source: marked.source, outcome, before: 'kept', after: 'redriven' };
  yield* addAudit({ ...audit, detail }, null);
}

const kept = mapper(
  deadLetters,
  'id',
  'at',
  'source',
  'reason',
  'call_id',
  'address',
  'headers',
  'body_bytes',
  'body_hash',
  'sealed_body',
  'unrecorded',
);

function deadLetter(letter: DeadLetterRow): DeadLetter {
  const headers = JSON.parse(letter.headers) as DeadLetter['headers'];
  return { ...kept(letter), headers, redriven: redrivenOf(letter) };
}

function redrivenOf({ redriven_at, redriven_by, redriven_outcome }: DeadLetterRow): DeadLetter['redriven'] {
  return redriven_at === null ? null : { atMs: redriven_at, by: redriven_by ?? '', outcome: redriven_outcome ?? '' };
}
