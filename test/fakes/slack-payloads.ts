/** The payloads by which Slack tells an app what people do, field by field as its documentation has them. */
import type { Control } from './slack-reader.js';

export interface Doer {
  readonly user: string;
  readonly team: string;
}

const APP = { api_app_id: 'A0GATE', token: 'a-verification-token-nobody-should-read' } as const;

export function blockActions(
  doer: Doer,
  tap: {
    readonly control: Pick<Control, 'actionId' | 'value' | 'isOption' | 'label'>;
    readonly triggerId: string;
    /** Of a message; on the home tab there is none. */
    readonly message: { readonly channel: string; readonly ts: string; readonly responseUrl: string } | null;
  },
): Readonly<Record<string, unknown>> {
  const { control, triggerId, message } = tap;
  const text = { type: 'plain_text', text: control.label, emoji: false };
  const chosen = control.isOption
    ? { type: 'static_select', selected_option: { text, value: control.value } }
    : { type: 'button', text, ...(control.value === null ? {} : { value: control.value }) };
  const action = { action_id: control.actionId, block_id: 'b1', ...chosen, action_ts: '1700000000.000100' };
  const where =
    message === null
      ? { container: { type: 'view', view_id: 'V1' }, view: { id: 'V1', team_id: doer.team, type: 'home' } }
      : {
          container: { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral: false },
          channel: { id: message.channel, name: 'directmessage' },
          message: { type: 'message', ts: message.ts },
          response_url: message.responseUrl,
        };
  return {
    type: 'block_actions',
    user: person(doer),
    team: { id: doer.team, domain: 'workspace' },
    ...APP,
    trigger_id: triggerId,
    enterprise: null,
    is_enterprise_install: false,
    ...where,
    state: { values: {} },
    actions: [action],
  };
}

export function viewSubmission(
  doer: Doer,
  form: {
    readonly view: Readonly<Record<string, unknown>>;
    readonly triggerId: string;
    /** Block id -> action id -> what was put in. */
    readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  },
): Readonly<Record<string, unknown>> {
  const { blocks, callback_id, private_metadata } = form.view;
  return {
    type: 'view_submission',
    team: { id: doer.team, domain: 'workspace' },
    user: person(doer),
    ...APP,
    trigger_id: form.triggerId,
    view: {
      id: 'V1',
      team_id: doer.team,
      type: 'modal',
      blocks,
      private_metadata,
      callback_id,
      state: { values: form.values },
      hash: '1.h',
    },
    response_urls: [],
    is_enterprise_install: false,
    enterprise: null,
  };
}

export function slashCommand(
  doer: Doer,
  typed: { readonly line: string; readonly triggerId: string; readonly responseUrl: string; readonly channel: string },
): Readonly<Record<string, string>> {
  return {
    token: APP.token,
    team_id: doer.team,
    team_domain: 'workspace',
    channel_id: typed.channel,
    channel_name: 'directmessage',
    user_id: doer.user,
    user_name: 'somebody',
    command: '/gate',
    text: typed.line,
    api_app_id: APP.api_app_id,
    is_enterprise_install: 'false',
    response_url: typed.responseUrl,
    trigger_id: typed.triggerId,
  };
}

export function homeOpened(doer: Doer, eventId: string): Readonly<Record<string, unknown>> {
  return {
    ...APP,
    team_id: doer.team,
    type: 'event_callback',
    event: { type: 'app_home_opened', user: doer.user, channel: 'D1', tab: 'home', event_ts: '1700000000.000200' },
    event_id: eventId,
    event_time: 1_700_000_000,
    authorizations: [
      { enterprise_id: null, team_id: doer.team, user_id: 'U0GATE', is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
  };
}

function person({ user, team }: Doer): Readonly<Record<string, unknown>> {
  return { id: user, username: 'somebody', name: 'somebody', team_id: team };
}
