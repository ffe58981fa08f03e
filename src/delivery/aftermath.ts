/** What follows an attempt: its closing is written, and by the ledger's answer the carrier is paused, resumed or woken. */
import { errorName } from '../base/error-name.js';
import type { Log } from '../base/log.js';
import type { Claim, Closing, Ledger } from '../contract/ledger.js';
import type { Events } from '../events/events.js';
import type { Closings } from './closings.js';
import type { Lane } from './lane.js';
import type { Leases } from './leases.js';
import { reportAllFailed } from './attempt-events.js';

export interface AftermathSeams {
  readonly ledger: Pick<Ledger, 'deliveries'>;
  readonly closings: Closings;
  readonly leases: Leases;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly events: Events;
  readonly log: Log;
}

/** Writes a closing and follows up on it. Never rejects. */
export async function conclude(seams: AftermathSeams, claim: Claim, closing: Closing): Promise<void> {
  const { events, log } = seams;
  const outcome = await seams.closings.add(closing);
  seams.leases.drop(claim);
  if (outcome === null) return;
  if (outcome.isLastFirstFailure && claim.request.decision === null) reportAllFailed(events, claim);
  if (!outcome.isHeld)
    return log.warn('a claim was lost before its attempt was closed', { delivery: claim.deliveryId });
  const lane = seams.lanes.get(claim.carrier);
  if (closing.kind === 'paused' && lane?.pause() === true) {
    events.emit({ event: 'auth_gate.channel_paused', channel: claim.carrier, error: closing.reason });
  }
  if (closing.kind === 'sent' && claim.isProbe) await resume(seams, claim.carrier);
  if (outcome.state === 'queued' || outcome.state === 'retry_wait') lane?.wakeIn(waitOf(closing));
}

async function resume({ ledger, lanes, events, log }: AftermathSeams, carrier: Claim['carrier']): Promise<void> {
  try {
    const isNews = await ledger.deliveries.resume(carrier);
    if (isNews) events.emit({ event: 'auth_gate.channel_resumed', channel: carrier });
    lanes.get(carrier)?.resume();
  } catch (error) {
    log.warn('a pause could not be ended; the next probe tries again', { carrier, error: errorName(error) });
  }
}

/** When a delivery that went back to the queue is due again. */
function waitOf(closing: Closing): number {
  if (closing.kind === 'retry') return closing.waitMs;
  return closing.kind === 'paused' ? closing.probeAfterMs : 0;
}
