/** Whether the address of a denied request may pass all the same: by an earlier approval, or by an operator's grant. */
import type { Decision, Passing, RequestRecord } from '../../approval/request.js';
import type { GrantRecord } from '../../contract/ledger.js';
import { orUnavailable, type DeskDeps } from '../deps.js';

/** To be spread into an answer. Empty where nobody passes, and where the database went away since: the answer stands without it. */
export async function passingOf(deps: DeskDeps, request: RequestRecord): Promise<{ readonly passing?: Passing }> {
  const { site, address, decision } = request;
  if (site === null || decision?.outcome !== 'denied') return {};
  const grant = await orUnavailable(deps, 'find_grant', () => deps.ledger.grants.find(site, address));
  return grant === null || 'kind' in grant ? {} : passingBy(grant, decision);
}

/** The same where the grant is known. */
export function passingBy(grant: GrantRecord | null, { outcome }: Decision): { readonly passing?: Passing } {
  if (grant === null || outcome !== 'denied') return {};
  return { passing: { grant: grant.id, untilMs: grant.untilMs } };
}
