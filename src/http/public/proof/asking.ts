/** Whether an approval is proven by a passkey at once, with the press of its button. */
import { approveNeedsOf } from '../../../approval/approval-proof.js';
import type { RequestRecord } from '../../../approval/request.js';
import { siteOfRequest, type Directory } from '../../../approval/site.js';
import type { Identity } from '../../../identity/identity.js';
import type { Session } from '../../../identity/sessions/sessions.js';

export interface AskingDeps {
  readonly identity: Pick<Identity, 'passkeys' | 'secondFactor'>;
  readonly directory: () => Directory;
}

export async function isByPasskey(
  { identity, directory }: AskingDeps,
  request: Pick<RequestRecord, 'site' | 'host'>,
  { account }: Pick<Session, 'account'>,
): Promise<boolean> {
  const needs = approveNeedsOf(siteOfRequest(directory(), request));
  if (needs === 'session' || identity.passkeys === null) return false;
  return (await identity.secondFactor.of(account.id)).passkeys > 0;
}
