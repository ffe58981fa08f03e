/** Reads the records of failures, newest first. */
import type { FailureFilter, FailureLedger, FailureRecord } from '../../../contract/ledger.js';
import { readRecipient } from '../deliveries/recipient.js';
import { recipientFits } from '../queue/filter.js';
import { failures, type FailureRow } from '../../tables/failures.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, text, whole, type Sql } from '../../sql.js';

type Input = Parameters<FailureLedger['list']>[0];

export function* listFailures({ filter, after, limit }: Input): UnitOfWork<readonly FailureRecord[]> {
  const older = after === null ? sql`true` : sql`(failed_at, id) < (${whole(after[0])}, ${text(after[1])})`;
  const found = yield* rows<FailureRow>(sql`
    SELECT * FROM failures WHERE ${older} AND ${fitting(filter)}
    ORDER BY failed_at DESC, id DESC LIMIT ${whole(limit)}`);
  return found.map(failureRecord);
}

export function* findFailure(id: string): UnitOfWork<FailureRecord | null> {
  const found = yield* row<FailureRow>(sql`SELECT * FROM failures WHERE id = ${id}`);
  return found === null ? null : failureRecord(found);
}

function fitting({ state, kind, channel, site, recipient, isRedriven }: FailureFilter): Sql {
  const conditions = [
    state === undefined ? null : sql`state = ${state}`,
    kind === undefined ? null : sql`kind = ${kind}`,
    channel === undefined ? null : sql`channel = ${channel}`,
    site === undefined ? null : sql`site = ${site}`,
    recipient === undefined ? null : recipientFits(recipient),
    isRedriven === undefined ? null : isRedriven ? sql`redriven_as IS NOT NULL` : sql`redriven_as IS NULL`,
  ];
  return conditions.reduce<Sql>((all, one) => (one === null ? all : sql`${all} AND ${one}`), sql`true`);
}

const same = mapper(
  failures,
  ...(['id', 'kind', 'channel', 'request_id', 'site', 'about', 'state', 'reason', 'attempts'] as const),
  ...(['made_at', 'failed_at', 'redriven_as', 'redriven_at'] as const),
);

function failureRecord(failure: FailureRow): FailureRecord {
  return {
    ...same(failure),
    transport: failure.carrier,
    recipient: readRecipient(failure.recipient),
    resendUntilMs: failure.sealed_payload === null ? null : failure.payload_until,
  };
}
