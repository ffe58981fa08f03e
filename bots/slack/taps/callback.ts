/**
 * What Slack tells us, read strictly: interactions, submissions, commands and events, over HTTP and over the socket alike.
 * A field that is not as Slack documents it makes the whole malformed. The bytes are proven before; nothing is judged here.
 */
import { boundedText, fieldsOf, isFields, type Fields } from '../../../src/base/text/fields.js';
import { DENY_FORM } from '../../../cards/slack-modal.js';
import { SLACK_ACTIONS } from '../../../cards/slack.js';
import { isRequestId, isToken } from '../../../src/approval/ids.js';
import type { Denial } from '../../../src/approval/request.js';
import { sha256Hex } from '../../../src/base/crypto/digest.js';
import { parseLine } from '../../../src/commands/parse-line.js';
import type { Command } from '../../../src/contract/commands.js';
import type { RequestRef, DecisionInput } from '../../../src/contract/desk.js';
import { readFormState, type FormState } from './form-state.js';

/** Who Slack says acts. `workspace` is where this person is at home, as far as the call tells. */
export interface Who {
  readonly workspace: string;
  readonly user: string;
}

/** Where the person tapped, and so where the answer is shown. */
export type Place = { readonly kind: 'message'; readonly responseUrl: string } | { readonly kind: 'home' };

interface Action {
  readonly who: Who;
  readonly tapId: string;
}

export type SlackCall =
  /** `url_verification` and `ssl_check`: Bolt answers them. */
  | { readonly kind: 'handshake' }
  /** Genuine, but nothing for us to do: a link button, a closed form, an event we do not need. */
  | { readonly kind: 'nothing' }
  | (Action & { readonly kind: 'approve'; readonly decision: DecisionInput; readonly place: Place })
  | (Action & {
      readonly kind: 'ask_why';
      readonly formState: FormState;
      readonly triggerId: string;
      readonly place: Place;
    })
  /** `isFromHome`: its form was opened on the home tab. */
  | (Action & { readonly kind: 'deny'; readonly decision: DecisionInput; readonly isFromHome: boolean })
  | (Action & { readonly kind: 'revoke'; readonly command: Command; readonly place: Place })
  | (Action & { readonly kind: 'command'; readonly command: Command; readonly responseUrl: string | null })
  | (Action & { readonly kind: 'home_opened' });

const MAX_NAME_CHARACTERS = 256;
const MAX_LINE_CHARACTERS = 2_000;
const MAX_REASON_CHARACTERS = 3_000;
const MAX_URL_CHARACTERS = 2_000;
const GRANT_NUMBER = /^\d{1,15}$/;

/**
 * Null: signed, and not as Slack documents it. The order is Bolt's own, so that both take a call for the same kind.
 * `callId`: what the call is named by the way it came in.
 */
export function readCall(body: unknown, callId: string): SlackCall | null {
  if (!isFields(body)) return null;
  if (body['type'] === 'url_verification') {
    return boundedText(body['challenge'], MAX_NAME_CHARACTERS) === null ? null : { kind: 'handshake' };
  }
  if (body['ssl_check'] !== undefined) return { kind: 'handshake' };
  if (body['event'] !== undefined) return readEvent(body, callId);
  if (body['command'] !== undefined) return readCommand(body, callId);
  if (body['name'] !== undefined) return null;
  if (body['type'] === 'block_actions') return readAction(body, callId);
  if (body['actions'] !== undefined) return null;
  if (body['type'] === 'view_submission') return readSubmission(body, callId);
  return body['type'] === 'view_closed' && readWho(body) !== null && isFields(body['view'])
    ? { kind: 'nothing' }
    : null;
}

/** A token of a card, or the id by which the home tab and `/gate` name a request. */
function readRef(value: unknown): RequestRef | null {
  if (isToken(value)) return { by: 'token', token: value };
  return isRequestId(value) ? { by: 'id', id: value } : null;
}

function readEvent(body: Fields, callId: string): SlackCall | null {
  const event = body['event'];
  const workspace = name(body['team_id']);
  if (body['type'] !== 'event_callback' || !isFields(event) || workspace === null) return null;
  if (event['channel'] === null || event['item'] !== undefined) return null;
  if (name(event['type']) === null) return null;
  if (event['type'] !== 'app_home_opened' || event['tab'] !== 'home') return { kind: 'nothing' };
  const user = name(event['user']);
  return user === null
    ? null
    : { kind: 'home_opened', who: { workspace, user }, tapId: tapIdOf(body['event_id'], callId) };
}

function readCommand(body: Fields, callId: string): SlackCall | null {
  const workspace = name(body['team_id']);
  const user = name(body['user_id']);
  const line = body['text'] ?? '';
  if (workspace === null || user === null || typeof body['command'] !== 'string') return null;
  if (typeof line !== 'string' || line.length > MAX_LINE_CHARACTERS) return null;
  const responseUrl = boundedText(body['response_url'], MAX_URL_CHARACTERS);
  const act = { who: { workspace, user }, tapId: tapIdOf(body['trigger_id'], callId) };
  return { kind: 'command', ...act, command: parseLine(line), responseUrl };
}

function readAction(body: Fields, callId: string): SlackCall | null {
  const who = readWho(body);
  const actions: unknown = body['actions'];
  const action: unknown = Array.isArray(actions) ? actions[0] : null;
  if (who === null || !isFields(action) || name(action['action_id']) === null) return null;
  const act = { who, tapId: tapIdOf(body['trigger_id'], callId) };
  const place = readPlace(body);
  switch (action['action_id']) {
    case SLACK_ACTIONS.approve: {
      const ref = readRef(action['value']);
      if (ref === null || place === null) return null;
      return { kind: 'approve', ...act, decision: { verdict: 'approve', ref }, place };
    }
    case SLACK_ACTIONS.approveFor: {
      const picked = readPicked(action['selected_option']);
      if (picked === null || place === null) return null;
      return { kind: 'approve', ...act, decision: { verdict: 'approve', ...picked }, place };
    }
    case SLACK_ACTIONS.deny: {
      const triggerId = name(body['trigger_id']);
      const ref = readRef(action['value']);
      if (ref === null || triggerId === null || place === null) return null;
      return { kind: 'ask_why', ...act, formState: { ref, isFromHome: place.kind === 'home' }, triggerId, place };
    }
    case SLACK_ACTIONS.revoke: {
      const what = action['value'];
      const isNamed = typeof what === 'string' && (GRANT_NUMBER.test(what) || isRequestId(what));
      if (!isNamed || place === null) return null;
      return { kind: 'revoke', ...act, command: { verb: 'revoke', args: { what } }, place };
    }
    default:
      return { kind: 'nothing' };
  }
}

function readSubmission(body: Fields, callId: string): SlackCall | null {
  const who = readWho(body);
  const view = body['view'];
  if (who === null || !isFields(view)) return null;
  if (view['callback_id'] !== DENY_FORM.callback) return { kind: 'nothing' };
  const formState = readFormState(view['private_metadata'], readRef);
  const denial = readDenial(view['state']);
  if (formState === null || denial === 'malformed') return null;
  const { ref, isFromHome } = formState;
  const decision = { verdict: 'deny', ref, ...(denial === null ? {} : { denial }) } as const;
  return { kind: 'deny', who, tapId: tapIdOf(body['trigger_id'], callId), decision, isFromHome };
}

/** Null where no reason was written, even if the box for sharing it is ticked. */
function readDenial(state: unknown): Denial | null | 'malformed' {
  const values = fieldsOf(fieldsOf(state)['values']);
  const reason = fieldsOf(fieldsOf(values[DENY_FORM.reason.block])[DENY_FORM.reason.action])['value'] ?? '';
  const shared = fieldsOf(fieldsOf(values[DENY_FORM.share.block])[DENY_FORM.share.action])['selected_options'] ?? [];
  if (typeof reason !== 'string' || reason.length > MAX_REASON_CHARACTERS || !Array.isArray(shared)) return 'malformed';
  if (reason.trim() === '') return null;
  const isShared = shared.some((option: unknown) => fieldsOf(option)['value'] === DENY_FORM.share.value);
  return { reason: reason.trim(), isShared };
}

/** `<ref>:<seconds>`. */
function readPicked(option: unknown): { readonly ref: RequestRef; readonly ttlSeconds: number } | null {
  const value = fieldsOf(option)['value'];
  const match = typeof value === 'string' ? /^([0-9a-z]{20,32}):([1-9]\d{0,8})$/.exec(value) : null;
  const ref = readRef(match?.[1]);
  return ref === null ? null : { ref, ttlSeconds: Number(match?.[2]) };
}

function readWho(body: Fields): Who | null {
  const user = name(fieldsOf(body['user'])['id']);
  const workspace = name(fieldsOf(body['user'])['team_id']) ?? name(fieldsOf(body['team'])['id']);
  return user === null || workspace === null ? null : { user, workspace };
}

/** Null: neither a message nor the home tab, so none of our buttons. */
function readPlace(body: Fields): Place | null {
  if (fieldsOf(body['view'])['type'] === 'home') return { kind: 'home' };
  const responseUrl = boundedText(body['response_url'], MAX_URL_CHARACTERS);
  return responseUrl === null ? null : { kind: 'message', responseUrl };
}

/**
 * Of the interaction, or of the call where Slack names none. A digest, because a trigger id itself can open forms for three
 * seconds, and ids are kept for a day.
 */
function tapIdOf(value: unknown, callId: string): string {
  const id = name(value);
  return id === null ? callId : sha256Hex(id).slice(0, 32);
}

function name(value: unknown): string | null {
  return boundedText(value, MAX_NAME_CHARACTERS);
}
