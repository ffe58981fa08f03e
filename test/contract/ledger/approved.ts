/** What the promises about the end of a grant share: an approved request whose card is there, its redrawing and its extension. */
import type { ChannelName } from '../../../src/approval/brand.js';
import type { RequestRecord } from '../../../src/approval/request.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Claim, Ledger, OpenRequest } from '../../../src/contract/ledger.js';
import { must, only } from './case.js';
import { approval, claimOne, delivery, newApprover, opened, openInput, sent } from './inputs.js';

const random = systemRandom();

export const revoked = { ...opened, what: 'revoked' };

interface Approved {
  readonly input: OpenRequest;
  readonly transport: ChannelName;
}

/** An approved request whose one card is there, as drawn at revision 2. */
export async function approved(ledger: Ledger, change: Partial<OpenRequest> = {}): Promise<Approved> {
  const transport = `transport-${random.id()}` as ChannelName;
  const input = openInput({ approvers: [{ id: newApprover(), deliveries: [delivery(transport)] }], ...change });
  must(await ledger.requests.open(input, opened), 'opened');
  await draw(ledger, transport);
  must(await ledger.requests.decide(approval(input)), 'decided');
  await draw(ledger, transport);
  return { input, transport };
}

export async function draw(ledger: Ledger, transport: ChannelName): Promise<Claim> {
  const claim = only(await ledger.deliveries.claim(claimOne(transport)));
  await ledger.deliveries.close([sent(claim)]);
  return claim;
}

export async function read(ledger: Ledger, { id }: OpenRequest): Promise<RequestRecord> {
  const request = await ledger.requests.byId(id);
  if (request === null) throw new Error('an opened request is there');
  return request;
}
