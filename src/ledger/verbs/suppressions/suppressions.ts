/** Suppressions: listed, set and lifted by operators, and set by what mail systems say. Addresses come in any spelling. */
import { sameMailbox } from '../../../base/net/mailbox.js';
import type { AuditEntry, Suppression, SuppressionLedger } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import { suppressions, type SuppressionRow } from '../../tables/failures.js';
import { insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, nowOnce, oneOf, sql, text, whole } from '../../sql.js';
import { readRecipient } from '../deliveries/recipient.js';

type ListInput = Parameters<SuppressionLedger['list']>[0];
type SetInput = Parameters<SuppressionLedger['set']>[0];

export function* listSuppressions({ after, limit }: ListInput): UnitOfWork<readonly Suppression[]> {
  const found = yield* rows<SuppressionRow>(sql`
    SELECT * FROM suppressions WHERE address > ${text(after ?? '')} AND until > ${nowOnce}
    ORDER BY address LIMIT ${whole(limit)}`);
  return found.map(suppression);
}

export function* findSuppression(address: string): UnitOfWork<Suppression | null> {
  const found = yield* running(address);
  return found === null ? null : suppression(found);
}

export function* setSuppression({ address, ...input }: SetInput, audit: AuditEntry): UnitOfWork<Suppression> {
  const before = yield* running(address);
  const set = yield* write({ address, ...input, reason: 'by_hand', deliveryId: null, setBy: audit.who });
  const detail = { ...audit.detail, address: set.address, before: before?.reason ?? 'none', after: set.reason };
  yield* addAudit({ ...audit, detail: { ...detail, until: set.untilMs } }, null);
  return set;
}

export function* liftSuppression(address: string, audit: AuditEntry): UnitOfWork<boolean> {
  const lifted = yield* row<SuppressionRow>(sql`
    DELETE FROM suppressions WHERE address = ${sameMailbox(address)} AND until > ${nowOnce} RETURNING *`);
  if (lifted === null) return false;
  const detail = { ...audit.detail, address: lifted.address, before: lifted.reason, after: 'lifted' };
  yield* addAudit({ ...audit, detail }, null);
  return true;
}

interface Said {
  readonly reason: 'bounced' | 'complained';
  readonly code: string;
  readonly forMs: number;
}

/** By what a mail system says of a delivery. One that was set by hand stays as it is. */
export function* suppressRecipient(delivery: DeliveryRow, { reason, code, forMs }: Said): UnitOfWork<void> {
  const address = mailAddressOf(delivery.recipient);
  if (address === null || forMs <= 0) return;
  const before = yield* running(address);
  if (before?.reason === 'by_hand') return;
  const set = yield* write({ address, forMs, code, reason, deliveryId: delivery.id, setBy: 'gate' });
  const detail = { delivery: delivery.id, address, code, before: before?.reason ?? 'none', after: reason };
  const audit = { who: 'gate', what: 'suppression_set', surface: delivery.channel, site: null, address: null };
  yield* addAudit({ ...audit, detail: { ...detail, until: set.untilMs } }, delivery.request_id);
}

/** Which of these recipients are suppressed. */
export function* suppressedAmong(recipients: readonly string[]): UnitOfWork<ReadonlySet<string>> {
  const addresses = [...new Set(recipients.flatMap((recipient) => mailAddressOf(recipient) ?? []))];
  if (addresses.length === 0) return NONE;
  const found = yield* rows<Pick<SuppressionRow, 'address'>>(sql`
    SELECT address FROM suppressions WHERE address ${oneOf(addresses, 'text')} AND until > ${nowOnce}`);
  const suppressed = new Set(found.map(({ address }) => address));
  if (suppressed.size === 0) return NONE;
  return new Set(recipients.filter((recipient) => suppressed.has(mailAddressOf(recipient) ?? '')));
}

const NONE: ReadonlySet<string> = new Set();

/** Null: it has none that a mail could go to. */
function mailAddressOf(recipient: string): string | null {
  if (!recipient.includes('@')) return null;
  const read = readRecipient(recipient);
  if (!('address' in read) || read.kind === 'room' || !read.address.includes('@')) return null;
  return sameMailbox(read.address);
}

function running(address: string): UnitOfWork<SuppressionRow | null> {
  return row<SuppressionRow>(sql`
    SELECT * FROM suppressions WHERE address = ${sameMailbox(address)} AND until > ${nowOnce}`);
}

function* write(set: SetInput & Pick<Suppression, 'reason' | 'deliveryId' | 'setBy'>): UnitOfWork<Suppression> {
  const made = insertInto(suppressions, {
    address: sameMailbox(set.address),
    reason: set.reason,
    code: set.code,
    delivery_id: set.deliveryId,
    set_by: set.setBy,
    since_at: now,
    until: sql`${now} + ${whole(set.forMs)}`,
  });
  const written = yield* row<SuppressionRow>(sql`
    ${made}
    ON CONFLICT (address) DO UPDATE SET
      reason = excluded.reason, code = excluded.code, delivery_id = excluded.delivery_id, set_by = excluded.set_by,
      since_at = excluded.since_at, until = excluded.until
    RETURNING *`);
  if (written === null) throw new Error('a suppression is written');
  return suppression(written);
}

const same = mapper(suppressions, 'address', 'reason', 'code', 'delivery_id', 'set_by', 'until');

function suppression(found: SuppressionRow): Suppression {
  return { ...same(found), sinceMs: found.since_at };
}
