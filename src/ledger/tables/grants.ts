/** Grants: one row an address and site. What it was before is in the audit trail. */
import type { RequestId, SiteKey, VisitorAddress } from '../../approval/brand.js';
import { bigint, maybe, serial, table, text, textOf, type RowOf } from './columns.js';

export const grants = table('grants', {
  columns: {
    id: serial,
    site: textOf<SiteKey>(),
    address: textOf<VisitorAddress>(),
    until: bigint,
    granted_at: bigint,
    granted_by: text,
    request_id: maybe(textOf<RequestId>()),
    revoked_at: maybe(bigint),
  },
  indices: [
    { name: 'grants_visitor', columns: ['site', 'address'], unique: true },
    { name: 'grants_live', columns: ['until'], where: 'revoked_at IS NULL' },
    { name: 'grants_revoked', columns: ['revoked_at'], where: 'revoked_at IS NOT NULL' },
  ],
});

export type GrantRow = RowOf<typeof grants>;
