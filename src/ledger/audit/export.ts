/** The audit trail as NDJSON or CSV (RFC 4180), page by page, for the command line and the console alike. */
import { csvLine } from '../../base/text/csv.js';
import { plainJsonLine } from '../../base/text/plain.js';
import type { AuditTrail, TrailEntry } from '../../contract/ledger.js';

export const FORMATS = ['ndjson', 'csv'] as const;

export interface TrailExport {
  readonly format: (typeof FORMATS)[number];
  readonly sinceMs: number | null;
  /** Exclusive. */
  readonly untilMs: number | null;
  readonly site: string | null;
}

const PAGE = 500;
const COLUMNS = [
  'number',
  'seal',
  'id',
  'at',
  'who',
  'what',
  'surface',
  'site',
  'address',
  'request_id',
  'detail',
  'erased',
] as const;

/** Texts of many lines, the oldest entries first. Asked for no faster than its reader takes them. */
export async function* exportTrail(
  trail: Pick<AuditTrail, 'page'>,
  { format, ...limits }: TrailExport,
): AsyncGenerator<string, void> {
  const line = format === 'csv' ? entryLine : ndjsonLine;
  if (format === 'csv') yield csvLine(COLUMNS);
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await trail.page({ after, limit: PAGE, ...limits });
    yield page.map(line).join('');
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function ndjsonLine(entry: TrailEntry): string {
  const { number, seal, id, who, what, surface, site, address, requestId, erased } = entry;
  const at = timeOf(entry);
  const detail = detailOf(entry);
  return `${plainJsonLine({ number, seal, id, at, who, what, surface, site, address, requestId, detail, erased })}\n`;
}

function entryLine(entry: TrailEntry): string {
  const { number, seal, id, who, what, surface, site, address, requestId, detail, erased } = entry;
  const named = [who, what, surface, site, address, requestId, detail, erased.join(' ')];
  return csvLine([number, seal, id, timeOf(entry), ...named]);
}

/** A row that something else wrote may hold no valid time or JSON: it is exported as it is. */
function timeOf({ atMs }: TrailEntry): string {
  const at = new Date(atMs);
  return Number.isNaN(at.getTime()) ? String(atMs) : at.toISOString();
}

function detailOf({ detail }: TrailEntry): unknown {
  try {
    return JSON.parse(detail);
  } catch {
    return detail;
  }
}
