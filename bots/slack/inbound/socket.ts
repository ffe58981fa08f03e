/**
 * The way in by Socket Mode: one connection a call of `connect`, by Bolt's receiver with its own reconnecting off. A failed
 * reconnect of the SDK's, or a frame it does not understand, would be a rejection that nobody handles and ends the process;
 * so nothing reaches its listeners that `socket-frames.ts` does not know, and what they reject with is dropped here.
 *
 *   connecting ─hello─▶ up ─closed, cut, or told to disconnect─▶ ended
 *   connecting ─no URL, no hello in 10 s, aborted─▶ ended
 */
import { SocketModeReceiver } from '@slack/bolt';
import type { Secret } from '../../../src/base/crypto/secret.js';
import type { Clock } from '../../../src/base/time/clock.js';
import { inTime } from '../../../src/base/time/in-time.js';
import type { ConnectingInbound, Connection, ConnectionEnd } from '../../../src/contract/inbound.js';
import { readCall } from '../taps/callback.js';
import { slackApp, type AppDeps, type Carried } from './app.js';
import { quietLogger } from '../quiet-logger.js';
import { disconnectReason, isKnownFrame } from './socket-frames.js';
import { startFailure } from './socket-refusals.js';
import { clientOptions } from '../web.js';

type SocketClient = SocketModeReceiver['client'];

/** Longer than Slack ever takes to say hello. */
const HELLO_WITHIN_MS = 10_000;
/** How long the other side may take to close its half; then the socket is torn down. */
const CLOSED_WITHIN_MS = 500;

/** What the socket hands on with each call. */
interface Envelope {
  readonly envelope_id: string;
  readonly body: unknown;
}

export function slackSocketInbound(appToken: Secret, deps: Omit<AppDeps, 'handlers'>): ConnectingInbound {
  return {
    kind: 'connecting',
    async connect(handlers, signal) {
      if (signal.aborted) return { kind: 'lost', reason: 'aborted' };
      const receiver = new SocketModeReceiver({
        appToken: appToken.revealText(),
        autoReconnectEnabled: false,
        logger: quietLogger(),
        installerOptions: { clientOptions: clientOptions(deps.apiUrl) },
        customPropertiesExtractor: ({ envelope_id: callId, body }: Envelope): Carried & Record<string, unknown> => ({
          call: readCall(body, callId),
        }),
        processEventErrorHandler: () => Promise.resolve(false),
      });
      slackApp(receiver, { ...deps, handlers });
      return opened(receiver.client, { clock: deps.clock, signal });
    },
  };
}

async function opened(
  client: SocketClient,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Connection | ConnectionEnd> {
  const said = tame(client);
  const ended = new Promise<ConnectionEnd>((resolve) => {
    client.once('disconnected', () => {
      resolve(endOf(said.disconnected));
    });
  });
  const close = async (): Promise<void> => {
    await closed(client, { ended, clock });
  };
  const given = givingUp(clock, signal);
  const started = client.start().then(
    () => null,
    (error: unknown) => startFailure(error) ?? endOf(said.disconnected),
  );
  const failure = await Promise.race([started, given.up]);
  given.cancel();
  if (failure !== null) {
    await close();
    return failure;
  }
  signal.addEventListener('abort', () => void close(), { once: true });
  return { kind: 'up', ended, close };
}

/** Puts our listeners before the SDK's: unknown frames are dropped, and no rejection of a listener gets loose. */
function tame(client: SocketClient): { disconnected: string | null } {
  const said: { disconnected: string | null } = { disconnected: null };
  for (const name of ['ws_message', 'slack_event']) {
    const listeners = client.listeners(name) as ((...given: readonly unknown[]) => unknown)[];
    client.removeAllListeners(name);
    client.on(name, (...given: readonly unknown[]) => {
      if (name === 'ws_message' && !isKnownFrame(given[0])) return;
      if (name === 'ws_message') said.disconnected = disconnectReason(given[0]) ?? said.disconnected;
      for (const listener of listeners) void settled(() => listener(...given));
    });
  }
  return said;
}

async function settled(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // the socket went away under an answer: the platform sends the event again
  }
}

/** Slack switches Socket Mode off for an app by `link_disabled`: connecting again would not help. */
function endOf(reason: string | null): ConnectionEnd {
  if (reason === 'link_disabled') return { kind: 'refused', reason: 'socket_mode_disabled' };
  return { kind: 'lost', reason: reason === null ? 'closed' : 'told_to_disconnect' };
}

function givingUp(clock: Clock, signal: AbortSignal): { readonly up: Promise<ConnectionEnd>; cancel(): void } {
  let cancel = (): void => undefined;
  const up = new Promise<ConnectionEnd>((resolve) => {
    const onAbort = (): void => {
      resolve({ kind: 'lost', reason: 'aborted' });
    };
    const cancelTimer = clock.after(HELLO_WITHIN_MS, () => {
      resolve({ kind: 'lost', reason: 'no_hello' });
    });
    signal.addEventListener('abort', onAbort, { once: true });
    cancel = () => {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
    };
  });
  return { up, cancel };
}

/** The SDK waits 30 s for the other side's close; asked a second time, it tears the socket down. */
async function closed(
  client: SocketClient,
  { ended, clock }: { readonly ended: Promise<ConnectionEnd>; readonly clock: Clock },
): Promise<void> {
  void settled(() => client.disconnect());
  const found = await inTime(ended, { clock, ms: CLOSED_WITHIN_MS, late: null });
  if (found === null) void settled(() => client.disconnect());
}
