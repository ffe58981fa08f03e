/** What follows an attempt: its result is written, and by the ledger's answer the transport is paused, resumed or woken. */
import { hasFailed } from '../../approval/delivery.js';
import { errorName } from '../../base/process/error-name.js';
import type { Log } from '../../base/process/log.js';
import type { Claim, AttemptResult, Ledger } from '../../contract/ledger.js';
import type { Events } from '../../events/events.js';
import type { AttemptResults } from './attempt-results.js';
import type { ChannelQueue } from '../queue/channel-queue.js';
import type { Leases } from '../queue/leases.js';
import { reportAllFailed, reportGivenUp } from './attempt-events.js';

export interface AttemptOutcomeDeps {
  readonly ledger: Pick<Ledger, 'deliveries'>;
  readonly results: AttemptResults;
  readonly leases: Leases;
  readonly channelQueues: ReadonlyMap<string, ChannelQueue>;
  readonly events: Events;
  readonly log: Log;
}

/** Writes a result and follows up on it. Never rejects. */
export async function conclude(deps: AttemptOutcomeDeps, claim: Claim, result: AttemptResult): Promise<void> {
  const { events, log } = deps;
  const outcome = await deps.results.add(result);
  deps.leases.drop(claim);
  if (outcome === null) return;
  if (outcome.isLastFirstFailure && 'request' in claim && claim.request.decision === null)
    reportAllFailed(events, claim);
  if (!outcome.isHeld)
    return log.warn('a claim was lost before its attempt was closed', { delivery: claim.deliveryId });
  if (hasFailed(outcome.state) && !('request' in claim))
    reportGivenUp(events, { ...claim, reason: 'reason' in result ? result.reason : 'too_late' });
  const channelQueue = deps.channelQueues.get(claim.transport);
  if (result.kind === 'paused' && channelQueue?.pause() === true) {
    events.emit({ event: 'auth_gate.channel_paused', channel: claim.transport, error: result.reason });
  }
  if (isTaken(result) && claim.isProbe) await resume(deps, claim.transport);
  if (outcome.state === 'queued' || outcome.state === 'retry_wait') channelQueue?.wakeIn(waitOf(result));
}

function isTaken({ kind }: AttemptResult): boolean {
  return kind === 'sent' || kind === 'accepted';
}

async function resume(
  { ledger, channelQueues, events, log }: AttemptOutcomeDeps,
  transport: Claim['transport'],
): Promise<void> {
  try {
    const isNews = await ledger.deliveries.resume(transport);
    if (isNews) events.emit({ event: 'auth_gate.channel_resumed', channel: transport });
    channelQueues.get(transport)?.resume();
  } catch (error) {
    log.warn('a pause could not be ended; the next probe tries again', { transport, error: errorName(error) });
  }
}

/** When a delivery that went back to the queue is due again. */
function waitOf(result: AttemptResult): number {
  if (result.kind === 'retry') return result.waitMs;
  return result.kind === 'paused' ? result.probeAfterMs : 0;
}
