/** Fills a ledger with requests that wait for their decision, every card with its approver already. */
import type { ChannelName, RequestId } from '../../src/approval/brand.js';
import type { Claim, AttemptResult, Ledger } from '../../src/contract/ledger.js';
import { inFlight } from '../load/call.js';
import { claimingInput, openedAudit } from './inputs.js';

const CHANNELS = ['talk', 'email'] as readonly string[] as readonly ChannelName[];
const CALLBACK_URL = 'https://producer.example.org/decisions';
const AT_ONCE = 32;
const CLOSINGS_AT_ONCE = 100;

/** Answers their ids, in no order. */
export async function fillPending(ledger: Ledger, count: number): Promise<readonly RequestId[]> {
  const ids: RequestId[] = [];
  const claims: Claim[] = [];
  await inFlight(count, AT_ONCE, async (number) => {
    const input = claimingInput({ number, channels: CHANNELS, callbackUrl: CALLBACK_URL });
    const opened = await ledger.requests.open(input, openedAudit(input));
    if (opened.kind !== 'opened') throw new Error(`a request of the bench was not opened: ${opened.kind}`);
    ids.push(opened.request.id);
    claims.push(...opened.claims);
  });
  if (claims.length !== count * CHANNELS.length) throw new Error('every card is claimed with the commit that made it');
  for (let first = 0; first < claims.length; first += CLOSINGS_AT_ONCE)
    await ledger.deliveries.close(claims.slice(first, first + CLOSINGS_AT_ONCE).map(asSent));
  return ids;
}

/** As a courier writes it whose call was taken. */
export function asSent({ deliveryId, claimToken, attemptId }: Claim): AttemptResult {
  return { kind: 'sent', deliveryId, claimToken, attemptId, tookMs: 1, receipt: { id: deliveryId }, drawnRevision: 1 };
}
