/**
 * What a call of Slack's brings about, behind the doors. Who acts is settled first; where Slack does not say who that is,
 * nothing happens. One bound holds for all of it, because Slack gives three seconds to answer in.
 */
import type { ChatUser } from '../../../src/approval/request.js';
import type { Clock } from '../../../src/base/clock.js';
import { inTime } from '../../../src/base/in-time.js';
import type { CommandAnswer } from '../../../src/contract/commands.js';
import type { InboundDoors } from '../../../src/contract/inbound.js';
import type { SlackCall } from './callback.js';
import type { People } from './people.js';
import {
  COMMAND_NOT_ANSWERED,
  commandInWords,
  tapInWords,
  TAP_NOT_ANSWERED,
  WHO_IS_UNKNOWN,
  type Words,
} from './words.js';

export type TapCall = Extract<SlackCall, { kind: 'approve' | 'deny' | 'revoke' }>;
export type CommandCall = Extract<SlackCall, { kind: 'command' }>;

export interface DeedSeams {
  readonly doors: InboundDoors;
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

/** Carries a tap out, and says in words what came of it. `callId`: the tap's id where Slack gives it none. */
export async function tap(call: TapCall, callId: string, seams: DeedSeams): Promise<Words> {
  return within(seams.clock, TAP_NOT_ANSWERED, async (signal) => {
    const actor = await seams.people.actor(call.who, signal);
    return actor === null ? WHO_IS_UNKNOWN : tapAs(actor, { call, tapId: call.id ?? callId }, seams.doors);
  });
}

/** Runs a `/gate` line. What takes longer than the bound is answered twice: that it still works, and `later` what came of it. */
export async function command(call: CommandCall, callId: string, seams: DeedSeams): Promise<CommandAnswered> {
  let finish: (answer: CommandAnswer) => void = () => undefined;
  const finished = new Promise<CommandAnswer>((resolve) => (finish = resolve));
  const late: CommandAnswered = { ...unanswered(COMMAND_NOT_ANSWERED), later: finished };
  return within(seams.clock, late, async (signal) => {
    const actor = await seams.people.actor(call.who, signal);
    if (actor === null) return unanswered(WHO_IS_UNKNOWN);
    const tapId = call.id ?? callId;
    const answer = await seams.doors.commands.run({ line: call.line, actor, surface: 'slack', tapId });
    finish(answer);
    return { isOk: answer.kind === 'table' || answer.isOk, isCarriedOut: true, answer };
  });
}

async function tapAs(
  actor: ChatUser,
  { call, tapId }: { readonly call: TapCall; readonly tapId: string },
  { desk, commands }: InboundDoors,
): Promise<Words> {
  const acting = { actor, surface: 'slack' } as const;
  switch (call.kind) {
    case 'approve': {
      const ttl = call.ttlSeconds === null ? {} : { ttlSeconds: call.ttlSeconds };
      return tapInWords(await desk.decide({ ...acting, id: tapId, verdict: 'approve', ref: call.ref, ...ttl }));
    }
    case 'deny': {
      const denial = call.denial === null ? {} : { denial: call.denial };
      return tapInWords(await desk.decide({ ...acting, id: tapId, verdict: 'deny', ref: call.memory.ref, ...denial }));
    }
    case 'revoke':
      return commandInWords(await commands.run({ ...acting, tapId, line: `revoke ${call.what}` }));
  }
}

function unanswered({ sentence }: Words): CommandAnswered {
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
