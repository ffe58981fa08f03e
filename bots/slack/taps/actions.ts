/**
 * What a call of Slack's brings about, in the handlers. Who acts is settled first; where Slack does not say who that is,
 * nothing happens. One bound holds for all of it, because Slack gives three seconds to answer in.
 */
import type { ChatUser } from '../../../src/approval/request.js';
import type { Clock } from '../../../src/base/time/clock.js';
import { inTime } from '../../../src/base/time/in-time.js';
import type { CommandAnswer } from '../../../src/contract/commands.js';
import type { InboundHandlers } from '../../../src/contract/inbound.js';
import { isDone } from '../../kit/is-done.js';
import type { SlackCall } from './callback.js';
import type { People } from './people.js';
import {
  COMMAND_NOT_ANSWERED,
  commandInWords,
  tapInWords,
  TAP_NOT_ANSWERED,
  WHO_IS_UNKNOWN,
  type Reply,
} from './replies.js';

export type TapCall = Extract<SlackCall, { kind: 'approve' | 'deny' | 'revoke' }>;
export type CommandCall = Extract<SlackCall, { kind: 'command' }>;

export interface ActionDeps {
  readonly handlers: InboundHandlers;
  readonly people: People;
  readonly clock: Clock;
}

export interface CommandAnswered {
  readonly isOk: boolean;
  /** False: nothing was done, or it is not known what came of it. */
  readonly isCarriedOut: boolean;
  readonly answer: CommandAnswer;
  /** The answer that follows, where the time limit passed first. May never resolve. */
  readonly later?: Promise<CommandAnswer>;
}

/** The contract gives 2 s; the rest is for the way back. */
const ANSWER_WITHIN_MS = 1_700;

/** Carries a tap out, and says in words what came of it. */
export async function tap(call: TapCall, deps: ActionDeps): Promise<Reply> {
  return within(deps.clock, TAP_NOT_ANSWERED, async (signal) => {
    const actor = await deps.people.actor(call.who, signal);
    return actor === null ? WHO_IS_UNKNOWN : tapAs(actor, call, deps.handlers);
  });
}

/** Runs a command. What takes longer than the bound is answered twice: that it still works, and `later` what came of it. */
export async function command(call: CommandCall, deps: ActionDeps): Promise<CommandAnswered> {
  let finish: (answer: CommandAnswer) => void = () => undefined;
  const finished = new Promise<CommandAnswer>((resolve) => (finish = resolve));
  const late: CommandAnswered = { ...unanswered(COMMAND_NOT_ANSWERED), later: finished };
  return within(deps.clock, late, async (signal) => {
    const actor = await deps.people.actor(call.who, signal);
    if (actor === null) return unanswered(WHO_IS_UNKNOWN);
    const { tapId } = call;
    const answer = await deps.handlers.commands.run({ ...call.command, actor, surface: 'slack', tapId });
    finish(answer);
    return { isOk: isDone(answer), isCarriedOut: true, answer };
  });
}

async function tapAs(actor: ChatUser, call: TapCall, { desk, commands }: InboundHandlers): Promise<Reply> {
  const acting = { actor, surface: 'slack', tapId: call.tapId };
  switch (call.kind) {
    case 'approve':
    case 'deny':
      return tapInWords(await desk.decide({ ...call.decision, ...acting }));
    case 'revoke':
      return commandInWords(await commands.run({ ...call.command, ...acting }));
  }
}

function unanswered({ sentence }: Reply): CommandAnswered {
  const answer = { kind: 'text', isOk: false, lines: [sentence], data: { error: 'unavailable' } } as const;
  return { isOk: false, isCarriedOut: false, answer };
}

const TOO_LATE = Symbol('too late');

/** After the time limit the work is aborted and its outcome dropped. That is safe: a verb counts once, so a person may tap again. */
export async function within<T>(clock: Clock, late: T, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const answer = await inTime<T, typeof TOO_LATE>(work(controller.signal), {
    ms: ANSWER_WITHIN_MS,
    clock,
    late: TOO_LATE,
  });
  if (answer !== TOO_LATE) return answer;
  controller.abort();
  return late;
}
