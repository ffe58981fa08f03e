/** The audit trail. Rows are only ever added. */
import { bigint, maybe, serial, table, text } from './columns.js';

export interface AuditTableRow {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly surface: string;
  readonly site: string | null;
  readonly address: string | null;
  readonly request_id: string | null;
  /** JSON. */
  readonly detail: string;
}

export const audit = table<AuditTableRow>('audit', {
  columns: {
    id: serial,
    at: bigint,
    who: text,
    what: text,
    surface: text,
    site: maybe(text),
    address: maybe(text),
    request_id: maybe(text),
    detail: text,
  },
  indices: [{ name: 'audit_site', columns: ['site', 'id'] }],
});
