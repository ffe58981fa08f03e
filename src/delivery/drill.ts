/**
 * A drill: a harmless test card sent directly through the open notifiers, timed until the platform has taken it and, where
 * the channel edits, has redrawn it as over. It leaves nothing in the ledger: no request, no delivery, no retry.
 *
 * It goes beside the queue, because who asks waits at most 1.5 s for the answer of every channel, in a process that may have no
 * courier; and a paused transport, whose queue stands still, is just what a drill should find out about.
 */
import type { ChannelName, RequestId } from '../approval/brand.js';
import { drillView } from '../approval/card-view.js';
import type { Actor } from '../approval/request.js';
import type { Approver, Directory } from '../approval/site.js';
import type { Random } from '../base/crypto/random.js';
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import type { DrillLine } from '../contract/admin.js';
import type { Desk } from '../contract/desk.js';
import type { Answer, Notice, Notifier } from '../contract/notifier.js';
import { beginAttempt } from './attempts/attempt.js';

/** Together 1.5 s, for all channels at once: a chat platform waits 3 s for the answer to a command. */
const LIMITS = { attemptMs: 1_400, graceMs: 100 };

/** The reason that a channel gives whose messages have no form for a drill. */
const NO_DRILL = 'no_drill';

export interface DrillDeps {
  readonly transports: ReadonlyMap<ChannelName, { readonly notifier: Notifier }>;
  readonly directory: () => Directory;
  readonly desk: Pick<Desk, 'who'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'id'>;
  readonly log: Log;
}

/**
 * Drills every open channel on which the actor has an address; an operator, who has none, the first approver's of each.
 * The caller has asked the desk whether the actor may.
 */
export function createDrill(deps: DrillDeps): (actor: Actor) => Promise<readonly DrillLine[]> {
  return async (actor) => {
    const { sentBy, people } = await callerOf(actor, deps);
    const lines = await Promise.all(
      [...deps.transports].map(async ([channel, { notifier }]) => {
        const recipient = recipientOn(channel, people);
        return recipient === null ? null : drilled({ channel, notifier, recipient, sentBy }, deps);
      }),
    );
    return lines.filter((line) => line !== null);
  };
}

interface Caller {
  readonly sentBy: string;
  /** Who may get the card: the first of them with an address on the channel. */
  readonly people: readonly Approver[];
}

/** An operator drills every channel; everybody else's drill goes to themselves. */
async function callerOf(actor: Actor, { desk, directory }: DrillDeps): Promise<Caller> {
  const { approvers } = directory();
  const seen = await desk.who(actor);
  if (seen.kind !== 'seen') return { sentBy: '', people: [] };
  const { name, approvers: own } = seen.value;
  if (actor.kind === 'operator') return { sentBy: name, people: [...approvers.values()] };
  return { sentBy: name, people: own.flatMap((id) => approvers.get(id) ?? []) };
}

function recipientOn(channel: ChannelName, people: readonly Approver[]): Notice['recipient'] | null {
  for (const { id, addresses } of people) {
    const address = addresses.get(channel);
    if (address !== undefined) return { kind: 'approver', approver: id, address };
  }
  return null;
}

interface Drilled {
  readonly channel: ChannelName;
  readonly notifier: Notifier;
  readonly recipient: Notice['recipient'];
  readonly sentBy: string;
}

/** Null where the channel has no test card. */
async function drilled(drill: Drilled, { clock, random, log }: DrillDeps): Promise<DrillLine | null> {
  const { channel, recipient, notifier, sentBy } = drill;
  const card = { id: random.id() as RequestId, sentBy, nowMs: clock.nowMs() };
  const notice = { deliveryId: random.id(), attempt: 1, channel, recipient };
  const call = async (signal: AbortSignal): Promise<Answer> => {
    const sent = await notifier.notify({ ...notice, card: drillView({ ...card, isOver: false }) }, signal);
    if (sent.kind !== 'delivered' || notifier.updates !== 'edit') return sent;
    const over = { ...notice, card: drillView({ ...card, isOver: true }), receipt: sent.receipt };
    return notifier.update(over, signal);
  };
  const { answer, tookMs } = await beginAttempt(call, { clock, log, limits: LIMITS }).ended;
  if (answer.kind === 'accepted') return { channel, isOk: true, detail: 'accepted', tookMs };
  if (answer.kind === 'delivered') {
    const detail = notifier.updates === 'edit' ? 'delivered and redrawn' : 'delivered';
    return { channel, isOk: true, detail, tookMs };
  }
  return answer.reason === NO_DRILL ? null : { channel, isOk: false, detail: answer.reason, tookMs };
}
