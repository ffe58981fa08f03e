/** The two ends of a request that no approver brings about: its producer withdraws it, or its deadline passes. */
import type { Token } from '../../approval/brand.js';
import type { RequestRecord } from '../../approval/request.js';
import type { WithdrawAnswer } from '../../contract/desk.js';
import { tokenHash } from './opening/new-request.js';
import { orUnavailable, type DeskDeps } from '../deps.js';

/** Requests expired in one transaction: few enough that a decision never waits long behind it. */
const EXPIRE_BATCH = 100;

export async function withdraw(
  deps: DeskDeps,
  ref: { readonly token: Token; readonly producer: string },
): Promise<WithdrawAnswer> {
  return orUnavailable(deps, 'withdraw', async () => {
    const { peerTransport } = deps;
    const input = {
      tokenHash: tokenHash(ref.token),
      producer: ref.producer,
      surface: peerTransport,
      callbackTransport: peerTransport,
    };
    const outcome = await deps.ledger.requests.withdraw(input);
    if (!('request' in outcome)) return { kind: outcome.kind };
    const { request } = outcome;
    if (outcome.kind === 'withdrawn') {
      const about = { host: request.host, token: request.tokenPrefix, request: request.id };
      deps.events.emit({ event: 'auth_gate.withdrawn', ...about, by: ref.producer });
      return { kind: 'withdrawn', request };
    }
    if (request.decision === null) throw new Error('what is already over has its decision');
    return { kind: 'already', request, decision: request.decision };
  });
}

/** Answers how many were expired. Those left over by a database out of reach are expired by a later call. */
export async function expire(deps: DeskDeps): Promise<number> {
  const input = { limit: EXPIRE_BATCH, callbackTransport: deps.peerTransport };
  let total = 0;
  for (;;) {
    const batch = await orUnavailable(deps, 'expire', () => deps.ledger.requests.expireDue(input));
    if ('kind' in batch) return total;
    batch.forEach((request) => tellExpired(deps, request));
    total += batch.length;
    if (batch.length < EXPIRE_BATCH) return total;
  }
}

export function tellExpired(deps: DeskDeps, request: RequestRecord): void {
  const about = { host: request.host, token: request.tokenPrefix, request: request.id };
  deps.events.emit({ event: 'auth_gate.expired', ...about });
}
