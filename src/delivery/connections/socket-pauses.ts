/** A refused socket pauses its transport in the database, so that no process delivers over it; a working one resumes it. */
import type { ChannelName } from '../../approval/brand.js';
import { errorName } from '../../base/process/error-name.js';
import type { Log } from '../../base/process/log.js';
import type { Ledger } from '../../contract/ledger.js';
import type { Events } from '../../events/events.js';

export interface PauseDeps {
  readonly ledger: Pick<Ledger, 'deliveries'>;
  readonly events: Events;
  readonly log: Log;
}

/** Never rejects: where the ledger cannot be written, the notifier's own refusals will pause the transport. */
export async function pauseTransport(
  transport: ChannelName,
  why: { readonly reason: string; readonly probeAfterMs: number },
  { ledger, events, log }: PauseDeps,
): Promise<void> {
  try {
    const isKnown = (await ledger.deliveries.pauses()).some((pause) => pause.transport === transport);
    await ledger.deliveries.pause({ transport, ...why });
    if (!isKnown) events.emit({ event: 'auth_gate.channel_paused', channel: transport, error: why.reason });
  } catch (error) {
    log.warn('a transport could not be paused', { transport, error: errorName(error) });
  }
}

/** Never rejects: where the ledger cannot be written, the courier's next probe will end the pause. */
export async function resumeTransport(transport: ChannelName, { ledger, events, log }: PauseDeps): Promise<void> {
  try {
    const isNews = await ledger.deliveries.resume(transport);
    if (isNews) events.emit({ event: 'auth_gate.channel_resumed', channel: transport });
  } catch (error) {
    log.warn('a pause could not be ended; the next probe tries again', { transport, error: errorName(error) });
  }
}
