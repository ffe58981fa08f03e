/**
 * From an interaction to its answer, as plain data: the same for both ways in. The desk judges; nothing is remembered here,
 * because the tap's id is the interaction's own, and the desk gives the same tap the same answer again.
 */
import { discordAnswer, discordSentence } from '../../cards/discord-answer.js';
import { denyModal } from '../../cards/discord-modal.js';
import { EPHEMERAL, type Modal, type PrivateMessage } from '../../cards/discord-schema.js';
import type { ChatUser } from '../../src/approval/request.js';
import { tapSentence } from '../../src/approval/sentences.js';
import type { Clock } from '../../src/base/clock.js';
import { inTime } from '../../src/base/in-time.js';
import type { Log } from '../../src/base/log.js';
import { never } from '../../src/base/never.js';
import { whence } from '../../src/base/whence.js';
import type { Tap } from '../../src/contract/desk.js';
import type { InboundDoors } from '../../src/contract/inbound.js';
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
  /** `done`: what was wished is so. `refused`: it is not, and for a reason. `unavailable`: nobody knows, or nothing changed. */
  readonly fate: 'done' | 'refused' | 'unavailable' | 'failed';
  /** What takes the place of the first answer, where that was `thinking`. Never rejects. */
  readonly later?: Promise<Reply>;
}

export interface ReplySeams {
  readonly clock: Clock;
  readonly log: Log;
}

/** Discord gives 3 s, the house 2 s; the rest is for the way back. */
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
export async function reply(interaction: Interaction, doors: InboundDoors, seams: ReplySeams): Promise<Reply> {
  const whole = wholeReply(interaction, doors, seams);
  const { clock } = seams;
  const first = await inTime(whole, { ms: ANSWER_WITHIN_MS, clock, late: null });
  if (first !== null) return first;
  if (interaction.wish.kind !== 'command') return tooLate(interaction);
  const later = inTime(whole, { ms: WORKED_ON_FOR_MS, clock, late: tooLate(interaction) });
  return { response: { type: CALLBACK.thinking, data: { flags: EPHEMERAL } }, fate: 'done', later };
}

/** However long it takes. Never rejects. */
export function wholeReply(interaction: Interaction, doors: InboundDoors, seams: ReplySeams): Promise<Reply> {
  return carryOut(interaction, doors).catch((error: unknown): Reply => {
    seams.log.error('a discord interaction failed', { error: whence(error) });
    return { ...tooLate(interaction), fate: 'failed' };
  });
}

async function carryOut({ id, actor, wish }: Interaction, doors: InboundDoors): Promise<Reply> {
  if (wish.kind === 'ping' || actor === null) return { response: { type: CALLBACK.pong }, fate: 'done' };
  switch (wish.kind) {
    case 'tap':
      return tapped(wish.card, { id, actor }, doors);
    case 'approve_for':
      return decide({ token: wish.card.token, verdict: 'approve', ttlSeconds: wish.ttlSeconds }, { id, actor }, doors);
    case 'refuse': {
      const denial = wish.denial === null ? {} : { denial: wish.denial };
      return decide({ token: wish.card.token, verdict: 'deny', ...denial }, { id, actor }, doors);
    }
    case 'command':
      return command(wish.line, { id, actor }, doors);
    case 'complete': {
      const choices = await suggestions(wish.focus, actor, doors.desk);
      return { response: { type: CALLBACK.choices, data: { choices } }, fate: 'done' };
    }
    case 'foreign':
      return say(FOREIGN, 'refused');
    default:
      return never(wish);
  }
}

interface Who {
  readonly id: string;
  readonly actor: ChatUser;
}

function tapped(
  card: Extract<Interaction['wish'], { kind: 'tap' }>['card'],
  who: Who,
  doors: InboundDoors,
): Promise<Reply> | Reply {
  switch (card.verb) {
    case 'approve':
      return decide({ token: card.token, verdict: 'approve' }, who, doors);
    // From memory alone: a form has to be the first answer. The desk judges what is sent in.
    case 'deny':
      return { response: { type: CALLBACK.modal, data: denyModal(card.token) }, fate: 'done' };
    // The same words as the command's.
    case 'revoke':
      return command(`revoke ${card.requestId}`, who, doors);
  }
}

async function decide(
  { token, ...wish }: Pick<Tap, 'verdict' | 'ttlSeconds' | 'denial'> & { readonly token: CardToken },
  { id, actor }: Who,
  { desk }: InboundDoors,
): Promise<Reply> {
  const answer = await desk.decide({ ...wish, id, ref: { by: 'token', token }, actor, surface: 'discord' });
  if (answer.kind === 'unavailable') return say(tapSentence(answer), 'unavailable');
  return say(tapSentence(answer), answer.kind === 'decided' ? 'done' : 'refused');
}

type CardToken = Extract<Tap['ref'], { by: 'token' }>['token'];

async function command(line: string, { id, actor }: Who, { commands }: InboundDoors): Promise<Reply> {
  const answer = await commands.run({ line, actor, surface: 'discord', tapId: id });
  const isDone = answer.kind === 'table' || answer.isOk;
  return {
    response: { type: CALLBACK.message, data: discordAnswer(answer) },
    fate: isDone ? 'done' : 'refused',
  };
}

function say(sentence: string, fate: Reply['fate']): Reply {
  return { response: { type: CALLBACK.message, data: discordSentence(sentence) }, fate };
}

/** No suggestions: the person just goes on typing. */
function tooLate({ wish }: Interaction): Reply {
  if (wish.kind !== 'complete') return say(NO_ANSWER_IN_TIME, 'unavailable');
  return { response: { type: CALLBACK.choices, data: { choices: [] } }, fate: 'unavailable' };
}
