/** Cards that are there, or that cannot be edited any more. */
import type { ChannelName } from '../../../src/approval/brand.js';
import type { Claim, AttemptResult, Ledger, OpenRequest } from '../../../src/contract/ledger.js';
import { must } from './case.js';
import { approval, delivery, newApprover, opened, openInput, revokedOn, sent, SITE } from './inputs.js';
import { claim, close, newTransport } from './cards.js';

export interface Card {
  readonly input: OpenRequest;
  readonly transport: ChannelName;
}

/** A card that is there, of a request that was approved since: it waits to be redrawn. */
export async function staleCard(ledger: Ledger): Promise<Card> {
  const transport = newTransport();
  const input = openInput({ approvers: [{ id: newApprover(), deliveries: [delivery(transport)] }] });
  must(await ledger.requests.open(input, opened), 'opened');
  await close(ledger, sent(await claim(ledger, transport)));
  must(await ledger.requests.decide(approval(input)), 'decided');
  return { input, transport };
}

export function sentAs(message: string, of: Claim): AttemptResult {
  return { ...sent(of), receipt: { message } };
}

export function revoke(ledger: Ledger, { address }: OpenRequest) {
  return revokedOn(ledger, { sites: [SITE], address }, { ...opened, what: 'revoked' });
}
