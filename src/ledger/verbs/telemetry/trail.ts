/** What an entry of the audit trail counts as. Pure. */
import { bucketOf, SUM_BUCKET } from '../../../base/time/log-buckets.js';
import type { MetricDims, MetricName } from '../../../contract/telemetry-ledger.js';
import type { AuditTableRow } from '../../tables/audit.js';
import type { RequestRow } from '../../tables/requests.js';
import type { CountedAt } from './add.js';

export type EntryToCount = Pick<AuditTableRow, 'id' | 'at' | 'what' | 'surface' | 'detail'> & {
  /** Null where the entry is of no request. */
  readonly opened_at: RequestRow['opened_at'] | null;
  readonly decided_at: RequestRow['decided_at'];
};

/** Entries by which a request ends; what they count is read from the request, too. */
export const COUNTED_ENTRIES = ['decided', 'expired', 'withdrawn'] as const;

/** Of requests that a visitor's own gate opened; all others are a producer's. */
const OWN_GATE = 'gate';

export function countsOfEntry(entry: EntryToCount): readonly CountedAt[] {
  const { at: atMs, what, surface } = entry;
  const detail = detailOf(entry);
  const times = typeof detail['count'] === 'number' ? detail['count'] : 1;
  switch (what) {
    case 'opened':
      return [counted('requests_opened_total', { by: surface === OWN_GATE ? 'visitor' : 'producer' }, { atMs })];
    case 'deferred':
    case 'muted':
      // a mute by a person has the same name, and no visitor
      return isAboutVisitor(detail)
        ? [counted('requests_deferred_total', { reason: what === 'muted' ? 'muted' : 'at_cap' }, { atMs, n: times })]
        : [];
    case 'decided':
      return ended(entry, wordIn(detail, 'outcome'));
    case 'expired':
    case 'withdrawn':
      return ended(entry, what);
    case 'forbidden':
      return [counted('refusals_total', { surface, reason: wordIn(detail, 'why') }, { atMs, n: times })];
    case 'signed_in':
      return [counted('sign_ins_total', { by: wordIn(detail, 'by') }, { atMs })];
    case 'sign_in_refused':
      return [counted('sign_ins_refused_total', { reason: wordIn(detail, 'reason') }, { atMs, n: times })];
    default:
      return [];
  }
}

function ended({ at: atMs, surface, opened_at, decided_at }: EntryToCount, outcome: string): readonly CountedAt[] {
  const dims = { outcome, surface };
  const total = counted('requests_decided_total', dims, { atMs });
  if (opened_at === null || decided_at === null) return [total];
  return [total, ...timed('decision_seconds', dims, { atMs, tookMs: decided_at - opened_at })];
}

interface At {
  readonly atMs: number;
  readonly n?: number;
}

export function counted<Name extends MetricName>(
  name: Name,
  dims: Readonly<Record<MetricDims[Name], string>>,
  { atMs, n = 1 }: At,
): CountedAt {
  return { name, dims, bucket: 0, n, atMs };
}

/** Once in its bucket, and in the sum. */
export function timed<Name extends MetricName>(
  name: Name,
  dims: Readonly<Record<MetricDims[Name], string>>,
  { atMs, tookMs }: { readonly atMs: number; readonly tookMs: number },
): readonly CountedAt[] {
  const micros = Math.max(0, Math.round(tookMs * 1_000));
  return [
    { name, dims, bucket: bucketOf(micros), n: 1, atMs },
    { name, dims, bucket: SUM_BUCKET, n: micros, atMs },
  ];
}

type Detail = Readonly<Record<string, unknown>>;

/** Empty where it was erased. */
function detailOf({ detail }: EntryToCount): Detail {
  try {
    return JSON.parse(detail) as Detail;
  } catch {
    return {};
  }
}

function isAboutVisitor(detail: Detail): boolean {
  return !('ttlSeconds' in detail);
}

/** Words of ours; whatever else an entry may hold is no dimension. */
const WORD = /^[a-z0-9_.:-]{1,40}$/i;

function wordIn(detail: Detail, name: string): string {
  const word = detail[name];
  return typeof word === 'string' && WORD.test(word) ? word : 'other';
}
