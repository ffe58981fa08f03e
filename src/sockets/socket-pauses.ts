/** A refused socket pauses its carrier in the database, so that no process delivers over it; a working one resumes it. */
import type { ChannelName } from '../approval/brand.js';
import { errorName } from '../base/error-name.js';
import type { Log } from '../base/log.js';
import type { Ledger } from '../contract/ledger.js';
import type { Events } from '../events/events.js';

export interface PauseSeams {
  readonly ledger: Pick<Ledger, 'deliveries'>;
  readonly events: Events;
  readonly log: Log;
}

/** Never rejects: where the ledger cannot be written, the notifier's own refusals will pause the carrier. */
export async function pauseCarrier(
  carrier: ChannelName,
  why: { readonly reason: string; readonly probeAfterMs: number },
  { ledger, events, log }: PauseSeams,
): Promise<void> {
  try {
    const isKnown = (await ledger.deliveries.pauses()).some((pause) => pause.carrier === carrier);
    await ledger.deliveries.pause({ carrier, ...why });
    if (!isKnown) events.emit({ event: 'auth_gate.channel_paused', channel: carrier, error: why.reason });
  } catch (error) {
    log.warn('a carrier could not be paused', { carrier, error: errorName(error) });
  }
}

/** Never rejects: where the ledger cannot be written, the courier's next probe will end the pause. */
export async function resumeCarrier(carrier: ChannelName, { ledger, events, log }: PauseSeams): Promise<void> {
  try {
    const isNews = await ledger.deliveries.resume(carrier);
    if (isNews) events.emit({ event: 'auth_gate.channel_resumed', channel: carrier });
  } catch (error) {
    log.warn('a pause could not be ended; the next probe tries again', { carrier, error: errorName(error) });
  }
}
