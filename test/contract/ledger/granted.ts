/** Grants on sites of their own. */
import type { SiteKey } from '../../../src/approval/brand.js';
import type { Ledger } from '../../../src/contract/ledger.js';
import { grantedOn, newAddress, opened } from './inputs.js';

export const BY = ['operator:eva', 'operator:ida'] as const;

export function granted(ledger: Ledger, site: SiteKey, change: { ttlSeconds?: number; by?: string } = {}) {
  return grantedOn(ledger, { site, address: newAddress(), ttlSeconds: 600, by: BY[0], ...change }, opened);
}
