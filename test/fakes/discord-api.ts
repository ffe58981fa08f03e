/** Discord's HTTP API, as far as a bot of ours uses it: says no the way Discord does, and misbehaves on demand. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Behaviour } from '../contract/stage.js';
import { commandsProblem, directChannelProblem, editProblem, list, messageProblem, object } from './discord-rules.js';
import { isRefusal, REFUSALS, shownMessage, type DiscordState, type Json, type Refusal } from './discord-state.js';

export interface ApiCall {
  readonly method: string;
  /** After `/api/v10`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface ApiDeps {
  readonly state: DiscordState;
  readonly token: string;
  readonly application: () => Json;
  readonly gatewayUrl: () => string;
  readonly areTokensRefused: () => boolean;
  /** Whether the bot may look into channels. */
  readonly isReadable: () => boolean;
  /** Told of every answer to an interaction; may refuse it. */
  readonly onAnswer: (id: string, body: Json, refusal: Refusal | null) => Refusal | null;
  readonly onPut: () => void;
}

/** A message that is posted or edited: what counts as a call. */
export function isMessage({ method, path }: Pick<ApiCall, 'method' | 'path'>): boolean {
  return /^\/channels\/\d+\/messages(\/\d+)?$/.test(path) && method !== 'GET';
}

export function answerApi(call: ApiCall, behaviour: Behaviour, deps: ApiDeps): void {
  const answered = misbehaving(call, behaviour, deps);
  if (answered !== null) answered();
}

/** What is to be done; null: nothing ever. */
function misbehaving(call: ApiCall, behaviour: Behaviour, deps: ApiDeps): (() => void) | null {
  const { request, response } = call;
  const honestly = (): void => say(response, honest(call, deps));
  if (behaviour.kind === 'bad_credentials') return () => say(response, UNAUTHORIZED);
  if (behaviour.kind === 'unknown_recipient' && call.path === '/users/@me/channels')
    return () => say(response, no(REFUSALS.invalidRecipient));
  if (!isMessage(call)) return honestly;
  switch (behaviour.kind) {
    case 'hang':
    case 'hang_before_body':
    case 'refuse_connection':
      return null;
    case 'reset_after_body':
      honest(call, deps);
      return () => void request.socket.resetAndDestroy();
    case 'server_error':
      return () => say(response, { status: 503, body: { message: 'Service Unavailable', code: 0 } });
    case 'busy':
      return () => say(response, limited(behaviour.retryAfterSeconds));
    case 'no_in_a_200':
      return () => say(response, { status: 200, body: { message: 'no', code: 50035 } });
    case 'garbage':
      return () => void request.socket.end('\u0000\u0001 these are not the bytes of HTTP \r\n\r\n');
    case 'message_refused':
      return () => say(response, no(REFUSALS.invalidForm));
    case 'message_gone':
      return call.method === 'PATCH' ? () => say(response, no(REFUSALS.unknownMessage)) : honestly;
    case 'unknown_recipient':
      return () => say(response, no(REFUSALS.takesNoMessages));
    case 'normal':
      return honestly;
  }
}

export interface ApiSaid {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const UNAUTHORIZED: ApiSaid = { status: 401, body: { message: '401: Unauthorized', code: 0 } };
const NOT_FOUND: ApiSaid = { status: 404, body: { message: '404: Not Found', code: 0 } };

function honest(call: ApiCall, deps: ApiDeps): ApiSaid {
  const answerOf = /^\/interactions\/(\w+)\/([\w-]+)\/callback$/.exec(call.path);
  // Named by its token: it takes no other credentials, and Discord wants none.
  if (answerOf !== null) return answered(call, { id: answerOf[1] ?? '', token: answerOf[2] ?? '' }, deps);
  const replaced = /^\/webhooks\/(\d+)\/([\w-]+)\/messages\/(?:@|%40)original$/.exec(call.path);
  if (replaced !== null && call.method === 'PATCH') {
    const refusal = deps.state.replace(replaced[2] ?? '', object(call.body));
    return refusal === null ? ok({ id: deps.state.newId() }) : no(refusal);
  }
  const isKnown = call.request.headers.authorization === `Bot ${deps.token}` && !deps.areTokensRefused();
  if (!isKnown) return UNAUTHORIZED;
  if (call.request.headers['user-agent']?.startsWith('DiscordBot (') !== true) {
    return { status: 403, body: { message: 'internal network error', code: 40333 } };
  }
  return signedIn(call, deps);
}

function signedIn({ method, path, query, body }: ApiCall, deps: ApiDeps): ApiSaid {
  const { state } = deps;
  const [, channel = '', message] = /^\/channels\/(\d+)\/messages(?:\/(\d+))?$/.exec(path) ?? [];
  if (channel !== '') return ofChannel({ method, channel, message, query, body: object(body) }, deps);
  switch (`${method} ${path}`) {
    case 'POST /users/@me/channels':
      if (directChannelProblem(body) !== null) return no(REFUSALS.invalidForm);
      return ok({ id: state.directChannel(String(object(body)['recipient_id'])), type: 1 });
    case 'GET /users/@me':
      return ok({ id: state.botId, username: 'gate', bot: true });
    case 'GET /applications/@me':
      return ok(deps.application());
    case 'GET /gateway/bot':
      return ok({
        url: deps.gatewayUrl(),
        shards: 1,
        session_start_limit: { total: 1_000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 },
      });
    case `GET /applications/${state.botId}/commands`:
      return ok(state.commands);
    case `PUT /applications/${state.botId}/commands`:
      deps.onPut();
      if (commandsProblem(body) !== null) return no(REFUSALS.invalidForm);
      state.commands = list(body).map((command) => ({ ...withoutDefaults(command), id: state.newId(), version: '1' }));
      return ok(state.commands);
    default:
      return NOT_FOUND;
  }
}

interface ChannelCall {
  readonly method: string;
  readonly channel: string;
  readonly message: string | undefined;
  readonly query: URLSearchParams;
  readonly body: Json;
}

function ofChannel({ method, channel, message, query, body }: ChannelCall, { state, isReadable }: ApiDeps): ApiSaid {
  if (method === 'GET' && message === undefined) {
    if (!isReadable()) return { status: 403, body: { message: 'Missing Access', code: 50001 } };
    const limit = Number(query.get('limit') ?? 50);
    if (!(limit >= 1 && limit <= 100)) return no(REFUSALS.invalidForm);
    const newestFirst = [...state.messages(channel)].reverse().slice(0, limit);
    return ok(newestFirst.map((one) => shownMessage(one, state)));
  }
  const isNew = method === 'POST' && message === undefined;
  if (!isNew && (method !== 'PATCH' || message === undefined)) return NOT_FOUND;
  if ((isNew ? messageProblem(body) : editProblem(body)) !== null) return no(REFUSALS.invalidForm);
  const stored = isNew ? state.post(channel, body) : state.edit(channel, message ?? '', body);
  return isRefusal(stored) ? no(stored) : ok(shownMessage(stored, state));
}

function answered(call: ApiCall, { id, token }: { id: string; token: string }, deps: ApiDeps): ApiSaid {
  const body = object(call.body);
  const refusal = deps.onAnswer(id, body, deps.state.answer(id, token, body));
  return refusal === null ? { status: 204, body: null } : no(refusal);
}

/** Discord leaves out what is false. */
function withoutDefaults(command: Json): Json {
  const kept = Object.entries(command).filter(([, value]) => value !== false);
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'options' ? list(value).map(withoutDefaults) : value]),
  );
}

function ok(body: unknown): ApiSaid {
  return { status: 200, body };
}

function no({ status, code, message }: Refusal): ApiSaid {
  return { status, body: { code, message, errors: {} } };
}

function limited(retryAfterSeconds: number): ApiSaid {
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
    body: { message: 'You are being rate limited.', retry_after: retryAfterSeconds, global: false },
  };
}

/** No connection outlives its answer: the next behaviour holds for the next call. */
export function say(response: ServerResponse, { status, body, headers = {} }: ApiSaid): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
  response.end(body === null ? undefined : JSON.stringify(body));
}
