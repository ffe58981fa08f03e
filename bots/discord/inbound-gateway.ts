/**
 * How interactions come in by the gateway: one socket of the SDK's, from `connect` to its first end. The SDK would connect
 * again by itself and make objects of what it is told; both are taken from it. What it emits ends here, as a value.
 */
import { Client, DiscordjsError, DiscordjsErrorCodes, Events, GatewayDispatchEvents } from 'discord.js';
import type { Clock } from '../../src/base/clock.js';
import type { HttpClient } from '../../src/base/http-client.js';
import { inTime } from '../../src/base/in-time.js';
import { whence } from '../../src/base/whence.js';
import type { ConnectingInbound, Connection, ConnectionEnd, InboundDoors } from '../../src/contract/inbound.js';
import { restOptions } from './api.js';
import type { Callbacks } from './callbacks.js';
import type { DiscordConfig } from './config.js';
import { fencedStrategy } from './gateway-fence.js';
import { readInteraction } from './interaction.js';
import { reply, type ReplySeams } from './reply.js';

export type GatewayState = { readonly kind: 'idle' | 'connecting' | 'up' } | ConnectionEnd;

export interface Gateway {
  readonly inbound: ConnectingInbound;
  state(): GatewayState;
}

interface Parts {
  readonly config: DiscordConfig;
  readonly callbacks: Callbacks;
  readonly http: HttpClient;
}

type SessionParts = Pick<Parts, 'config' | 'http'> & {
  readonly clock: Clock;
  readonly onInteraction: (event: unknown) => void;
};

const STOPPED: ConnectionEnd = { kind: 'lost', reason: 'stopped' };
/** How long closing the gateway may take if Discord does not answer. */
const FAREWELL_MS = 1_500;

export function discordGateway(parts: Parts, seams: ReplySeams): Gateway {
  let state: GatewayState = { kind: 'idle' };
  const inbound: ConnectingInbound = {
    kind: 'connecting',
    async connect(doors, signal) {
      if (signal.aborted) return STOPPED;
      state = { kind: 'connecting' };
      const onInteraction = answering(parts, doors, seams);
      const said = await openSession({ ...parts, clock: seams.clock, onInteraction }, signal);
      state = said.kind === 'up' ? { kind: 'up' } : said;
      if (said.kind === 'up') void said.ended.then((end) => void (state = end));
      return said;
    },
  };
  return { inbound, state: () => state };
}

/** Resolves once Discord says that events flow, or with why they do not. Never rejects. */
function openSession(
  { config, http, clock, onInteraction }: SessionParts,
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
      { clock, ms: FAREWELL_MS, late: undefined },
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
function answering({ callbacks, config }: Parts, doors: InboundDoors, seams: ReplySeams): (event: unknown) => void {
  const answer = async (event: unknown): Promise<void> => {
    const interaction = readInteraction(event, config.applicationId);
    if (interaction?.token == null) {
      seams.log.warn('discord sent an interaction that is none');
      return;
    }
    const { response, later } = await reply(interaction, doors, seams);
    const isTaken = await callbacks.respond(interaction, response);
    if (isTaken && later !== undefined) await callbacks.replace(interaction, await later);
  };
  return (event) => {
    answer(event).catch((error: unknown) => {
      seams.log.error('a discord event failed', { error: whence(error) });
    });
  };
}
