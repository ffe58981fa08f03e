/** A refused socket pauses its carrier in the database, so that every process keeps the queue; a good one resumes it. */
import type { ChannelName } from '../approval/brand.js';
import type { Log } from '../base/log.js';
import type { Ledger } from '../contract/ledger.js';
import type { Events } from '../events/events.js';

export interface PauseSeams {
  readonly ledger: Pick<Ledger, 'deliveries'>;
  readonly events: Events;
  readonly log: Log;
}

/** Never rejects: where the ledger does not take it, the notifier's own refusals pause the carrier. */
export async function pauseCarrier(
  carrier: ChannelName,
  why: { readonly reason: string; readonly probeAfterMs: number },
  { ledger, events, log }: PauseSeams,
): Promise<void> {
  try {
    const isKnown = (await ledger.deliveries.pauses()).some((pause) => pause.carrier === carrier);
    await ledger.deliveries.pause({ carrier, ...why });
    if (!isKnown) events.emit({ event: 'auth_gate.channel_paused', channel: carrier, error: why.reason });
  } catch {
    log.warn('a carrier could not be paused', { carrier });
  }
}

/** Never rejects: where the ledger does not take it, the courier's next probe ends the pause. */
export async function resumeCarrier(carrier: ChannelName, { ledger, events, log }: PauseSeams): Promise<void> {
  try {
    const isNews = await ledger.deliveries.resume(carrier);
    if (isNews) events.emit({ event: 'auth_gate.channel_resumed', channel: carrier });
  } catch {
    log.warn('a pause could not be ended; the next probe tries again', { carrier });
  }
}
