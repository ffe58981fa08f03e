/** The life of a request as the desk and the courier write it: opened, its card sent, decided. */
import type { ChannelName } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import type { Ledger } from '../../src/contract/ledger.js';
import type { RequestRecord } from '../../src/approval/request.js';
import { BENCH_APPROVER, PEER_TRANSPORT } from '../directory.js';
import { asSent } from './pending.js';
import { claimingInput, openedAudit } from './inputs.js';

const TALK = 'talk' as ChannelName;
const TAP_BYTES = 8;
const random = systemRandom();

/** Opened, and its one card is with the approver. */
export async function openOne(ledger: Ledger, number: number): Promise<RequestRecord> {
  const input = claimingInput({ number, channels: [TALK] });
  const opened = await ledger.requests.open(input, openedAudit(input));
  if (opened.kind !== 'opened') throw new Error(`a request of the bench was not opened: ${opened.kind}`);
  const closed = await ledger.deliveries.close(opened.claims.map(asSent));
  if (closed.length !== 1 || closed[0]?.state !== 'sent') throw new Error('the card of a bench was not sent');
  return opened.request;
}

/** From its opening to its grant. */
export async function liveThrough(ledger: Ledger, number: number): Promise<void> {
  const { id } = await openOne(ledger, number);
  const outcome = await ledger.requests.decide({
    ref: { by: 'id', id },
    tapId: random.hex(TAP_BYTES),
    outcome: 'approved',
    by: BENCH_APPROVER,
    surface: 'page',
    callbackTransport: PEER_TRANSPORT,
    ttlSeconds: null,
    denial: null,
  });
  if (outcome.kind !== 'decided') throw new Error(`a decision of the bench was answered ${outcome.kind}`);
}
