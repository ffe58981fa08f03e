/** What the promises about deliveries share: cards that are due, their claims and their results. */
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AttemptResult, Ledger, OpenRequest, RequestClaim } from '../../../src/contract/ledger.js';
import { lying, must, only, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { claimOne, delivery, newApprover, opened, openInput } from './inputs.js';

const random = systemRandom();

/** A transport of its own, so that cases do not claim each other's cards. */
export function newTransport(): ChannelName {
  return `transport-${random.id()}` as ChannelName;
}

export interface Opened {
  readonly input: OpenRequest;
  readonly transport: ChannelName;
}

/** A request with so many cards, all by one transport of its own. */
export async function openCards(ledger: Ledger, cards = 1, change: Partial<OpenRequest> = {}): Promise<Opened> {
  const transport = newTransport();
  const deliveries = Array.from({ length: cards }, (_, card) => delivery(transport, `to-${String(card)}`));
  const input = openInput({ approvers: [{ id: newApprover(), deliveries }], ...change });
  must(await ledger.requests.open(input, opened), 'opened');
  return { input, transport };
}

export async function claim(ledger: Ledger, transport: ChannelName, leaseMs = inputs.LEASE_MS): Promise<RequestClaim> {
  return inputs.ofRequest(only(await ledger.deliveries.claim(claimOne(transport, leaseMs))));
}

export async function close(ledger: Ledger, result: AttemptResult) {
  return only(await ledger.deliveries.close([result]));
}

/** Closes with results bent by `bend`. */
export function closes(bend: (result: AttemptResult) => AttemptResult): Lie {
  return (honest) => lying(honest, { deliveries: { close: (results) => honest.deliveries.close(results.map(bend)) } });
}
