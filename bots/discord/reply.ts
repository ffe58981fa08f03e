/**
 * From an interaction to its answer, as plain data: the same for both ways in. The desk judges; nothing is remembered here,
 * because the tap's id is the interaction's own, and the desk gives the same tap the same answer again.
 */
import { discordAnswer, discordSentence } from '../../cards/discord-answer.js';
import { denyModal } from '../../cards/discord-modal.js';
import { EPHEMERAL, type Modal, type PrivateMessage } from '../../cards/discord-schema.js';
import { isAsAsked, tapSentence } from '../../src/approval/sentences.js';
import type { TapAnswer } from '../../src/approval/tap-answer.js';
import type { Clock } from '../../src/base/time/clock.js';
import { inTime } from '../../src/base/time/in-time.js';
import type { Log } from '../../src/base/process/log.js';
import { never } from '../../src/base/process/never.js';
import { safeStack } from '../../src/base/process/safe-stack.js';
import type { CommandAnswer } from '../../src/contract/commands.js';
import type { InboundHandlers } from '../../src/contract/inbound.js';
import { isDone } from '../kit/is-done.js';
import type { Interaction } from './interaction.js';
import { suggestions, type Choice } from './commands/suggestions.js';

/** Discord, “Interaction Callback Type”. */
export const CALLBACK = { pong: 1, message: 4, thinking: 5, choices: 8, modal: 9 } as const;

export type InteractionResponse =
  | { readonly type: typeof CALLBACK.pong }
  | { readonly type: typeof CALLBACK.message; readonly data: PrivateMessage }
  /** The message comes later, in private. */
  | { readonly type: typeof CALLBACK.thinking; readonly data: { readonly flags: typeof EPHEMERAL } }
  | { readonly type: typeof CALLBACK.choices; readonly data: { readonly choices: readonly Choice[] } }
  | { readonly type: typeof CALLBACK.modal; readonly data: Modal };

export interface Reply {
  readonly response: InteractionResponse;
  /** `done`: what was asked for is so. `refused`: it is not, and for a reason. `unavailable`: nobody knows, or nothing changed. */
  readonly result: 'done' | 'refused' | 'unavailable' | 'failed';
  /** What takes the place of the first answer, where that was `thinking`. Never rejects. */
  readonly later?: Promise<Reply>;
}

export interface ReplyDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Discord gives 3 s, the desk 2 s; the rest is for the way back. */
const ANSWER_WITHIN_MS = 1_800;
/** Ours. Discord takes the second answer for 15 minutes; nobody waits for so long. */
const WORKED_ON_FOR_MS = 60_000;
const NO_ANSWER_IN_TIME =
  'The gate did not answer in time. Nothing is known to have changed: tap again, a decision counts once.';
const FOREIGN = 'This button is not of this version of the gate. Open the request in a browser, or type /gate pending.';

/**
 * Never rejects, and never takes longer than the platform waits. A command that does (a drill, the doctor) is answered
 * twice: that it is being worked on, and then with what came of it. A tap is not: it is tapped again.
 */
export async function reply(interaction: Interaction, handlers: InboundHandlers, deps: ReplyDeps): Promise<Reply> {
  const whole = wholeReply(interaction, handlers, deps);
  const { clock } = deps;
  const first = await inTime(whole, { ms: ANSWER_WITHIN_MS, clock, late: null });
  if (first !== null) return first;
  if (interaction.input.kind !== 'command') return tooLate(interaction);
  const later = inTime(whole, { ms: WORKED_ON_FOR_MS, clock, late: tooLate(interaction) });
  return { response: { type: CALLBACK.thinking, data: { flags: EPHEMERAL } }, result: 'done', later };
}

/** However long it takes. Never rejects. */
export function wholeReply(interaction: Interaction, handlers: InboundHandlers, deps: ReplyDeps): Promise<Reply> {
  return carryOut(interaction, handlers).catch((error: unknown): Reply => {
    deps.log.error('a discord interaction failed', { error: safeStack(error) });
    return { ...tooLate(interaction), result: 'failed' };
  });
}

async function carryOut({ tapId, actor, input }: Interaction, { desk, commands }: InboundHandlers): Promise<Reply> {
  if (input.kind === 'ping' || actor === null) return { response: { type: CALLBACK.pong }, result: 'done' };
  const acting = { actor, surface: 'discord', tapId };
  switch (input.kind) {
    case 'tap':
      return decided(await desk.decide({ ...input.decision, ...acting }));
    // From memory alone: a form has to be the first answer. The desk judges what is sent in.
    case 'ask_why':
      return { response: { type: CALLBACK.modal, data: denyModal(input.token) }, result: 'done' };
    case 'command':
      return answered(await commands.run({ ...input.command, ...acting }));
    case 'complete': {
      const choices = await suggestions(input.focus, actor, desk);
      return { response: { type: CALLBACK.choices, data: { choices } }, result: 'done' };
    }
    case 'foreign':
      return say(FOREIGN, 'refused');
    default:
      return never(input);
  }
}

function decided(answer: TapAnswer): Reply {
  if (answer.kind === 'unavailable') return say(tapSentence(answer), 'unavailable');
  return say(tapSentence(answer), isAsAsked(answer) ? 'done' : 'refused');
}

function answered(answer: CommandAnswer): Reply {
  const response = { type: CALLBACK.message, data: discordAnswer(answer) };
  return { response, result: isDone(answer) ? 'done' : 'refused' };
}

function say(sentence: string, result: Reply['result']): Reply {
  return { response: { type: CALLBACK.message, data: discordSentence(sentence) }, result };
}

/** No suggestions: the person just goes on typing. */
function tooLate({ input }: Interaction): Reply {
  if (input.kind !== 'complete') return say(NO_ANSWER_IN_TIME, 'unavailable');
  return { response: { type: CALLBACK.choices, data: { choices: [] } }, result: 'unavailable' };
}
