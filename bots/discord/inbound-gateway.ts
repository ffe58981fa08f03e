/**
 * How interactions come in by the gateway: one socket of the SDK's, from `connect` to its first end. The SDK would connect
 * again by itself and make objects of what it is told; both are taken from it. What it emits ends here, as a value.
 */
import { Client, DiscordjsError, DiscordjsErrorCodes, Events, GatewayDispatchEvents } from 'discord.js';
import type { Clock } from '../../src/base/time/clock.js';
import type { HttpClient } from '../../src/base/net/http-client.js';
import { inTime } from '../../src/base/time/in-time.js';
import { safeStack } from '../../src/base/process/safe-stack.js';
import type { ConnectingInbound, Connection, ConnectionEnd, InboundHandlers } from '../../src/contract/inbound.js';
import { restOptions } from './api.js';
import type { Callbacks } from './callbacks.js';
import type { DiscordConfig } from './config.js';
import { fencedStrategy } from './gateway-fence.js';
import { readInteraction } from './interaction.js';
import { reply, type ReplyDeps } from './reply.js';

export type GatewayState = { readonly kind: 'idle' | 'connecting' | 'up' } | ConnectionEnd;

export interface Gateway {
  readonly inbound: ConnectingInbound;
  state(): GatewayState;
}

interface Deps {
  readonly config: DiscordConfig;
  readonly callbacks: Callbacks;
  readonly http: HttpClient;
}

type SessionDeps = Pick<Deps, 'config' | 'http'> & {
  readonly clock: Clock;
  readonly onInteraction: (event: unknown) => void;
};

const STOPPED: ConnectionEnd = { kind: 'lost', reason: 'stopped' };
/** How long closing the gateway may take if Discord does not answer. */
const CLOSE_TIMEOUT_MS = 1_500;

export function discordGateway(deps: Deps, replyDeps: ReplyDeps): Gateway {
  let state: GatewayState = { kind: 'idle' };
  const inbound: ConnectingInbound = {
    kind: 'connecting',
    async connect(handlers, signal) {
      if (signal.aborted) return STOPPED;
      state = { kind: 'connecting' };
      const onInteraction = answering(deps, handlers, replyDeps);
      const said = await openSession({ ...deps, clock: replyDeps.clock, onInteraction }, signal);
      state = said.kind === 'up' ? { kind: 'up' } : said;
      if (said.kind === 'up') void said.ended.then((end) => void (state = end));
      return said;
    },
  };
  return { inbound, state: () => state };
}

/** Resolves once Discord says that events flow, or with why they do not. Never rejects. */
function openSession(
  { config, http, clock, onInteraction }: SessionDeps,
  signal: AbortSignal,
): Promise<Connection | ConnectionEnd> {
  const fence = new AbortController();
  const client = new Client({
    // interactions need no intent, and we want no other events
    intents: [],
    rest: restOptions(config.apiUrl, http),
    ws: { buildStrategy: fencedStrategy(fence.signal) },
  });
  let tellEnd: (end: ConnectionEnd) => void = () => undefined;
  const ended = new Promise<ConnectionEnd>((resolve) => (tellEnd = resolve));
  const end = async (why: ConnectionEnd): Promise<void> => {
    tellEnd(why);
    if (fence.signal.aborted) return;
    fence.abort();
    signal.removeEventListener('abort', onStop);
    await inTime(
      client.destroy().catch(() => undefined),
      { clock, ms: CLOSE_TIMEOUT_MS, late: undefined },
    );
  };
  const onStop = (): void => void end(STOPPED);
  signal.addEventListener('abort', onStop);

  // Before the login: with few servers the bot is ready before the login says so.
  const ready = new Promise<Connection>((resolve) => {
    client.once(Events.ClientReady, () => {
      resolve({ kind: 'up', ended, close: () => end({ kind: 'lost', reason: 'closed' }) });
    });
  });
  listen(client, { end, onInteraction });
  client.login(config.botToken.revealText()).catch((error: unknown) => void end(loginEnd(error)));
  return Promise.race([ready, ended]);
}

interface Listening {
  readonly end: (why: ConnectionEnd) => Promise<void>;
  readonly onInteraction: (event: unknown) => void;
}

function listen(client: Client, { end, onInteraction }: Listening): void {
  // Close 4004 and 4010 to 4014: Discord will not have this bot back as it is (“Gateway Close Event Codes”).
  client.on(Events.ShardDisconnect, ({ code }) => void end({ kind: 'refused', reason: `gateway_${String(code)}` }));
  client.on(Events.ShardReconnecting, () => void end({ kind: 'lost', reason: 'gateway_closed' }));
  client.on(Events.Invalidated, () => void end({ kind: 'lost', reason: 'session_invalidated' }));
  client.on(Events.Error, () => void end({ kind: 'lost', reason: 'sdk_error' }));
  // a close event follows, which says more
  client.on(Events.ShardError, () => undefined);
  client.on(Events.Raw, (packet: { t: string | null; d: unknown }) => {
    const { t: type, d: event } = packet;
    if (type === GatewayDispatchEvents.Ready || type === GatewayDispatchEvents.Resumed) return;
    // keeps the SDK from reading the packet: an unexpected one would make it throw where nobody catches
    packet.t = null;
    if (type === GatewayDispatchEvents.InteractionCreate) onInteraction(event);
  });
}

function loginEnd(error: unknown): ConnectionEnd {
  const isToken = error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid;
  return isToken ? { kind: 'refused', reason: 'token_invalid' } : { kind: 'lost', reason: 'login_failed' };
}

/** Answers over the API. Failures are logged here, because nobody waits for an event to be handled. */
function answering({ callbacks, config }: Deps, handlers: InboundHandlers, deps: ReplyDeps): (event: unknown) => void {
  const answer = async (event: unknown): Promise<void> => {
    const interaction = readInteraction(event, config.applicationId);
    if (interaction?.token == null) {
      deps.log.warn('discord sent an interaction that is none');
      return;
    }
    const { response, later } = await reply(interaction, handlers, deps);
    const isTaken = await callbacks.respond(interaction, response);
    if (isTaken && later !== undefined) await callbacks.replace(interaction, await later);
  };
  return (event) => {
    answer(event).catch((error: unknown) => {
      deps.log.error('a discord event failed', { error: safeStack(error) });
    });
  };
}
