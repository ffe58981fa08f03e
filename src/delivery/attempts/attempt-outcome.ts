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
  if (result.kind === 'paused') tellPaused(deps, claim, result);
  if (isTaken(result) && claim.isProbe) await resume(deps, claim);
  if (outcome.state === 'queued' || outcome.state === 'retry_wait') channelQueue?.wakeIn(waitOf(result));
}

function isTaken({ kind }: AttemptResult): boolean {
  return kind === 'sent' || kind === 'accepted';
}

/** Of one provider of several whoever claims knows by the ledger: its queue goes on with the others. */
function tellPaused(
  { channelQueues, events }: AttemptOutcomeDeps,
  { transport }: Claim,
  { provider, reason: error }: Extract<AttemptResult, { readonly kind: 'paused' }>,
): void {
  if (provider !== undefined) events.emit({ event: 'auth_gate.provider_paused', channel: transport, provider, error });
  else if (channelQueues.get(transport)?.pause() === true)
    events.emit({ event: 'auth_gate.channel_paused', channel: transport, error });
}

async function resume(
  { ledger, channelQueues, events, log }: AttemptOutcomeDeps,
  { transport, route }: Claim,
): Promise<void> {
  try {
    const isOfProvider = route !== undefined && (await ledger.deliveries.resume(transport, route.provider));
    if (isOfProvider)
      events.emit({ event: 'auth_gate.provider_resumed', channel: transport, provider: route.provider });
    const isNews = !isOfProvider && (await ledger.deliveries.resume(transport));
    if (isNews) events.emit({ event: 'auth_gate.channel_resumed', channel: transport });
    channelQueues.get(transport)?.resume();
  } catch (error) {
    log.warn('a pause could not be ended; the next probe tries again', { transport, error: errorName(error) });
  }
}

/** When a delivery that went back to the queue is due again. */
function waitOf(result: AttemptResult): number {
  if (result.kind === 'retry') return result.waitMs;
  return result.kind === 'paused' && result.provider === undefined ? result.probeAfterMs : 0;
}
