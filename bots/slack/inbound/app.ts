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
import type { CallFailure } from '../../../src/base/net/signed-call.js';
import type { Log } from '../../../src/base/process/log.js';
import { safeStack } from '../../../src/base/process/safe-stack.js';
import type { Place, SlackCall } from '../taps/callback.js';
import { command, tap, type TapCall } from '../taps/actions.js';
import { redrawHome, type HomeDeps } from '../taps/home.js';
import { writeFormState } from '../taps/form-state.js';
import { quietLogger } from '../quiet-logger.js';
import { replyPrivately } from '../taps/reply.js';
import { clientOptions } from '../web.js';
import { BROKEN, FORM_NOT_OPENED, type Reply } from '../taps/replies.js';

export interface AppDeps extends HomeDeps {
  readonly apiUrl: string;
  readonly log: Log;
}

/** A call as it was read, by whichever way it came in; Bolt carries it in its context. */
export interface Carried {
  /** Null: malformed. */
  readonly call: SlackCall | null;
  /** Says that a call, answered well, was not carried out. */
  readonly leaveFailure?: (failure: CallFailure) => void;
}

/** Bolt's `ack` of whatever kind of call it is. */
type Acknowledge = (answer?: unknown) => Promise<void>;

interface Given {
  readonly carried: Carried;
  readonly ack: Acknowledge;
  readonly deps: AppDeps;
}

/** A trigger lives for three seconds (docs.slack.dev/interactivity/handling-user-interaction). */
const FORM_WITHIN_MS = 2_500;

export function slackApp(receiver: Receiver, deps: AppDeps): App {
  const app = new App({
    receiver,
    // Nothing is looked up: who may do what is the desk's to say, and Bolt calls nobody.
    authorize: () => Promise.resolve({}),
    logger: quietLogger(),
    clientOptions: clientOptions(deps.apiUrl),
    tokenVerificationEnabled: false,
    ignoreSelf: false,
    convoStore: false,
  });
  app.use(async ({ context, ...args }) => {
    const carried = context as unknown as Carried;
    const { call } = carried;
    // Events are acknowledged by Bolt itself, and come without an `ack`.
    const ack = acknowledging('ack' in args ? (args.ack as AckFn<unknown>) : undefined, deps.log);
    // over the socket no guard has checked the call; without an acknowledgement Slack would send it again and again
    if (call === null) return ack();
    await safely(call, { carried, ack, deps });
  });
  app.error((error) => {
    deps.log.warn('Slack took no answer', { error: error.name });
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
      log.warn('Slack took no acknowledgement', { error: safeStack(error) });
    }
  };
}

/** Handlers answer with values; one that throws has a bug, and the person still gets an answer. */
async function safely(call: SlackCall, given: Given): Promise<void> {
  const { log } = given.deps;
  try {
    await answer(call, given);
  } catch (error) {
    log.error('a Slack call failed', { kind: call.kind, error: safeStack(error) });
    given.carried.leaveFailure?.('failed');
    await acknowledgeFailure(call, given);
  }
}

async function answer(call: SlackCall, given: Given): Promise<void> {
  const { ack, deps } = given;
  switch (call.kind) {
    case 'handshake':
    case 'nothing':
      return ack();
    case 'approve':
    case 'revoke': {
      const words = await carriedOut(call, given);
      await ack();
      return tell(call.who, { place: call.place, words }, deps);
    }
    case 'ask_why':
      await ack();
      return openForm(call, deps);
    case 'deny': {
      const words = await carriedOut(call, given);
      await ack(afterSubmission(words));
      if (call.isFromHome) await redrawHome(call.who, words.sentence, deps);
      return;
    }
    case 'command': {
      const { answer, later } = await command(call, deps);
      await ack({ response_type: 'ephemeral', ...slackAnswer(answer) });
      if (later !== undefined && call.responseUrl !== null) {
        await replyPrivately(call.responseUrl, slackAnswer(await later), deps.apiUrl);
      }
      return;
    }
    case 'home_opened':
      await redrawHome(call.who, null, deps);
      return;
  }
}

async function carriedOut(call: TapCall, { carried, deps }: Given): Promise<Reply> {
  const words = await tap(call, deps);
  if (!words.isCarriedOut) carried.leaveFailure?.('unavailable');
  return words;
}

async function openForm(call: Extract<SlackCall, { kind: 'ask_why' }>, deps: AppDeps): Promise<void> {
  const answer = await deps.web.call('views.open', {
    args: { trigger_id: call.triggerId, view: denyModal(writeFormState(call.formState)) },
    signal: AbortSignal.timeout(FORM_WITHIN_MS),
  });
  if (answer.kind !== 'ok') await tell(call.who, { place: call.place, words: FORM_NOT_OPENED }, deps);
}

/** Closes the form if it did its work, keeps it open if it may be sent again, and otherwise shows the answer in its place. */
function afterSubmission({ isOk, isCarriedOut, sentence }: Reply): unknown {
  if (isOk) return undefined;
  if (!isCarriedOut) return { response_action: 'errors', errors: { [DENY_FORM.reason.block]: sentence } };
  return { response_action: 'update', view: answerModal(sentence) };
}

async function tell(
  who: Parameters<typeof redrawHome>[0],
  { place, words }: { readonly place: Place; readonly words: Reply },
  deps: AppDeps,
): Promise<void> {
  const isTold =
    place.kind === 'home'
      ? await redrawHome(who, words.sentence, deps)
      : await replyPrivately(place.responseUrl, slackSentence(words.sentence), deps.apiUrl);
  if (!isTold) deps.log.warn('an answer to a tap was not taken by Slack', { place: place.kind });
}

async function acknowledgeFailure(call: SlackCall, { ack, deps }: Given): Promise<void> {
  if (call.kind === 'command') return ack({ response_type: 'ephemeral', ...slackSentence(BROKEN.sentence) });
  await ack(call.kind === 'deny' ? afterSubmission(BROKEN) : undefined);
  if ('place' in call) await tell(call.who, { place: call.place, words: BROKEN }, deps);
}
