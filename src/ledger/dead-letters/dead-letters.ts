/** Dead letters: what the receivers refused, as they cut it. What may be kept of a call, they decide; this only keeps it. */
import type { AuditEntry, DeadLetter, DeadLetterLedger, NewDeadLetter } from '../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import type { DeadLetterRow } from '../entities/calls.js';
import { row, rows, type Program } from '../program.js';
import { now, sql, whole } from '../sql.js';

type ListWish = Parameters<DeadLetterLedger['list']>[0];
type MarkWish = Parameters<DeadLetterLedger['markRedriven']>[0];

export function* addDeadLetter(letter: NewDeadLetter): Program<void> {
  const { source, reason, callId, address, headers, bodyBytes, bodyHash, sealedBody, unrecorded } = letter;
  yield* rows(sql`
    INSERT INTO dead_letters (
      at, source, reason, call_id, address, headers, body_bytes, body_hash, sealed_body, unrecorded)
    VALUES (
      ${now}, ${source}, ${reason}, ${callId}, ${address}, ${JSON.stringify(headers)}, ${whole(bodyBytes)}, ${bodyHash},
      ${sealedBody}, ${whole(unrecorded)})`);
}

export function* listDeadLetters({ limit, before }: ListWish): Program<readonly DeadLetter[]> {
  const older = before === null ? sql`true` : sql`id < ${whole(before)}`;
  const found = yield* rows<DeadLetterRow>(
    sql`SELECT * FROM dead_letters WHERE ${older} ORDER BY id DESC LIMIT ${whole(limit)}`,
  );
  return found.map(deadLetter);
}

export function* findDeadLetter(id: number): Program<DeadLetter | null> {
  const found = yield* row<DeadLetterRow>(sql`SELECT * FROM dead_letters WHERE id = ${whole(id)}`);
  return found === null ? null : deadLetter(found);
}

/** Once: who redrove it first, and what came of it, stays said. */
export function* markRedriven({ id, by, outcome }: MarkWish, audit: AuditEntry): Program<void> {
  const marked = yield* row<{ source: string }>(sql`
    UPDATE dead_letters SET redriven_at = ${now}, redriven_by = ${by}, redriven_outcome = ${outcome}
    WHERE id = ${whole(id)} AND redriven_at IS NULL RETURNING source`);
  if (marked === null) return;
  const detail = { ...audit.detail, letter: id, source: marked.source, outcome };
  yield* addAudit({ ...audit, detail }, null);
}

function deadLetter(letter: DeadLetterRow): DeadLetter {
  return {
    id: letter.id,
    atMs: letter.at,
    source: letter.source,
    reason: letter.reason,
    callId: letter.call_id,
    address: letter.address,
    headers: JSON.parse(letter.headers) as DeadLetter['headers'],
    bodyBytes: letter.body_bytes,
    bodyHash: letter.body_hash,
    sealedBody: letter.sealed_body,
    unrecorded: letter.unrecorded,
    redriven: redrivenOf(letter),
  };
}

function redrivenOf({ redriven_at, redriven_by, redriven_outcome }: DeadLetterRow): DeadLetter['redriven'] {
  return redriven_at === null ? null : { atMs: redriven_at, by: redriven_by ?? '', outcome: redriven_outcome ?? '' };
}
