/**
 * The Bolt app behind both ways in. Bolt parses and acknowledges; what a call means is read by `callback.ts`, in one
 * place for all kinds. Bolt gets no token: whatever is called at Slack goes through our own client.
 *
 *   tap ── decided within 1.7 s ──▶ acknowledged ──▶ told in private
 *   tap on Deny ──▶ acknowledged ──▶ form, from memory alone ── submitted, decided ──▶ acknowledged: closed
 */
import { App, type AckFn, type Receiver } from '@slack/bolt';
import { answerModal, DENY_FORM, denyModal } from '../../../cards/slack-modal.js';
import { slackAnswer, slackSentence } from '../../../cards/slack-answer.js';
import type { CallFailure } from '../../../src/base/signed-call.js';
import type { Log } from '../../../src/base/log.js';
import { whence } from '../../../src/base/whence.js';
import { readCall, type Place, type SlackCall } from '../taps/callback.js';
import { command, tap, type TapCall } from '../taps/deeds.js';
import { redrawHome, type HomeSeams } from '../taps/home.js';
import { writeMemory } from '../taps/memory.js';
import { quietLogger } from '../quiet-logger.js';
import { replyPrivately } from '../taps/reply.js';
import { clientOptions } from '../web.js';
import { BROKEN, FORM_NOT_OPENED, type Words } from '../taps/words.js';

export interface AppSeams extends HomeSeams {
  readonly apiUrl: string;
  readonly log: Log;
}

/** What is known of a call besides its body, by whichever way it came in; Bolt carries it in its context. */
export interface Carried {
  readonly callId: string;
  /** Says that a call, answered well, was not carried out. */
  readonly leaveFailure?: (failure: CallFailure) => void;
}

/** Bolt's `ack` of whatever kind of call it is. */
type Acknowledge = (answer?: unknown) => Promise<void>;

interface Given {
  readonly carried: Carried;
  readonly ack: Acknowledge;
  readonly seams: AppSeams;
}

/** A trigger lives for three seconds (docs.slack.dev/interactivity/handling-user-interaction). */
const FORM_WITHIN_MS = 2_500;

export function slackApp(receiver: Receiver, seams: AppSeams): App {
  const app = new App({
    receiver,
    // Nothing is looked up: who may do what is the desk's to say, and Bolt calls nobody.
    authorize: () => Promise.resolve({}),
    logger: quietLogger(),
    clientOptions: clientOptions(seams.apiUrl),
    tokenVerificationEnabled: false,
    ignoreSelf: false,
    convoStore: false,
  });
  app.use(async ({ body, context, ...args }) => {
    const call = readCall(body);
    // Events are acknowledged by Bolt itself, and come without an `ack`.
    const ack = acknowledging('ack' in args ? (args.ack as AckFn<unknown>) : undefined, seams.log);
    // over the socket no guard has checked the call; without an acknowledgement Slack would send it again and again
    if (call === null) return ack();
    await safely(call, { carried: context as unknown as Carried, ack, seams });
  });
  app.error((error) => {
    seams.log.warn('Slack took no answer', { error: error.name });
    return Promise.resolve();
  });
  return app;
}

/** An acknowledgement that does not reach Slack undoes nothing: the decision stands, and the person is still told. */
function acknowledging(ack: AckFn<unknown> | undefined, log: Log): Acknowledge {
  return async (answer) => {
    try {
      await ack?.(answer);
    } catch (error) {
      log.warn('Slack took no acknowledgement', { error: whence(error) });
    }
  };
}

/** The doors answer with values; one that throws has a bug, and the person still gets an answer. */
async function safely(call: SlackCall, given: Given): Promise<void> {
  const { log } = given.seams;
  try {
    await answer(call, given);
  } catch (error) {
    log.error('a Slack call failed', { kind: call.kind, error: whence(error) });
    given.carried.leaveFailure?.('failed');
    await acknowledgeFailure(call, given);
  }
}

async function answer(call: SlackCall, given: Given): Promise<void> {
  const { ack, seams } = given;
  switch (call.kind) {
    case 'handshake':
    case 'nothing':
      return ack();
    case 'approve':
    case 'revoke': {
      const words = await carriedOut(call, given);
      await ack();
      return tell(call.who, { place: call.place, words }, seams);
    }
    case 'ask_why':
      await ack();
      return openForm(call, seams);
    case 'deny': {
      const words = await carriedOut(call, given);
      await ack(afterSubmission(words));
      if (call.memory.isFromHome) await redrawHome(call.who, words.sentence, seams);
      return;
    }
    case 'command': {
      const { answer, later } = await command(call, given.carried.callId, seams);
      await ack({ response_type: 'ephemeral', ...slackAnswer(answer) });
      if (later !== undefined && call.responseUrl !== null) {
        await replyPrivately(call.responseUrl, slackAnswer(await later), seams.apiUrl);
      }
      return;
    }
    case 'home_opened':
      await redrawHome(call.who, null, seams);
      return;
  }
}

async function carriedOut(call: TapCall, { carried, seams }: Given): Promise<Words> {
  const words = await tap(call, carried.callId, seams);
  if (!words.isCarriedOut) carried.leaveFailure?.('unavailable');
  return words;
}

async function openForm(call: Extract<SlackCall, { kind: 'ask_why' }>, seams: AppSeams): Promise<void> {
  const answer = await seams.web.call('views.open', {
    args: { trigger_id: call.triggerId, view: denyModal(writeMemory(call.memory)) },
    signal: AbortSignal.timeout(FORM_WITHIN_MS),
  });
  if (answer.kind !== 'ok') await tell(call.who, { place: call.place, words: FORM_NOT_OPENED }, seams);
}

/** Closes the form if it did its work, keeps it open if it may be sent again, and otherwise shows the answer in its place. */
function afterSubmission({ isOk, isCarriedOut, sentence }: Words): unknown {
  if (isOk) return undefined;
  if (!isCarriedOut) return { response_action: 'errors', errors: { [DENY_FORM.reason.block]: sentence } };
  return { response_action: 'update', view: answerModal(sentence) };
}

async function tell(
  who: Parameters<typeof redrawHome>[0],
  { place, words }: { readonly place: Place; readonly words: Words },
  seams: AppSeams,
): Promise<void> {
  const isTold =
    place.kind === 'home'
      ? await redrawHome(who, words.sentence, seams)
      : await replyPrivately(place.responseUrl, slackSentence(words.sentence), seams.apiUrl);
  if (!isTold) seams.log.warn('an answer to a tap was not taken by Slack', { place: place.kind });
}

async function acknowledgeFailure(call: SlackCall, { ack, seams }: Given): Promise<void> {
  if (call.kind === 'command') return ack({ response_type: 'ephemeral', ...slackSentence(BROKEN.sentence) });
  await ack(call.kind === 'deny' ? afterSubmission(BROKEN) : undefined);
  if ('place' in call) await tell(call.who, { place: call.place, words: BROKEN }, seams);
}
