/** Grants: one row an address and site. What it was before is in the audit trail. */
import { bigint, maybe, serial, table, text } from './columns.js';

export interface GrantRow {
  readonly id: number;
  readonly site: string;
  readonly address: string;
  readonly until: number;
  readonly granted_at: number;
  readonly granted_by: string;
  readonly request_id: string | null;
  readonly revoked_at: number | null;
}

export const grants = table<GrantRow>('grants', {
  columns: {
    id: serial,
    site: text,
    address: text,
    until: bigint,
    granted_at: bigint,
    granted_by: text,
    request_id: maybe(text),
    revoked_at: maybe(bigint),
  },
  indices: [
    { name: 'grants_visitor', columns: ['site', 'address'], unique: true },
    { name: 'grants_live', columns: ['until'], where: 'revoked_at IS NULL' },
    { name: 'grants_revoked', columns: ['revoked_at'], where: 'revoked_at IS NOT NULL' },
  ],
});
