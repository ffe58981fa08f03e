/**
 * A Discord for tests: its HTTP API and its gateway on one loopback port, people who tap, pick, fill in forms and type, and
 * the truth about what each of them sees.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Behaviour, Fake } from '../contract/stage.js';
import { answerApi, isMessage, say, type ApiCall, type ApiDeps, type ApiSaid } from './discord-api.js';
import { GATEWAY_PATH, startGateway, type FakeGateway } from './discord-gateway.js';
import { BOT_ID, BOT_TOKEN, signedCall, verifyKeyOf } from './discord-keys.js';
import { readDiscord } from './discord-reader.js';
import { discordState, REFUSALS, type DiscordState, type Json, type Refusal } from './discord-state.js';

/** How an interaction reaches the bot. */
export type WayIn = { readonly kind: 'gateway' } | { readonly kind: 'http'; readonly url: string };

/** What came of an interaction: the answer as it was sent, and whether Discord took it. */
export interface Answered {
  readonly body: Json;
  readonly refusal: Refusal | null;
  /** What took its place, where it only said that somebody thinks. */
  readonly replaced?: Promise<Json>;
}

export interface FakeDiscord extends Fake {
  /** For `DISCORD_API_URL`. */
  readonly apiUrl: string;
  readonly state: DiscordState;
  readonly gateway: FakeGateway;
  /** Every call of the API so far, `GET /users/@me`, in order. */
  readonly called: readonly string[];
  /** How often the commands were overwritten. */
  puts(): number;
  /** What the application's page says; `null`: no endpoint is set. */
  setEndpoint(url: string | null): void;
  /** Answers the next call whose line begins so with this, instead of honestly. */
  script(line: string, said: ApiSaid | 'hang' | 'reset'): void;
  /** No answer to an interaction is taken from now on. */
  refuseAnswers(): void;
  /** The bot may not look into channels from now on. */
  hideHistory(): void;
  /** Sends an interaction on its way. Rejects where nothing is answered within Discord's 3 s. */
  interact(raw: Json, wayIn: WayIn): Promise<Answered>;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 3_000;
/** Far beyond any test. */
const HEARTBEAT_MS = 41_250;

export interface FakeDiscordInput {
  readonly heartbeatMs?: number;
}

export async function startFakeDiscord(input: FakeDiscordInput = {}): Promise<FakeDiscord> {
  const state = discordState(BOT_ID);
  const standing = scopeOf();
  const waiting = new Map<string, (answered: Answered) => void>();
  const origin = (scheme: string): string => `${scheme}://127.0.0.1:${String(port)}`;
  const deps: ApiDeps = {
    state,
    token: BOT_TOKEN,
    application: () => ({
      id: BOT_ID,
      name: 'gate',
      verify_key: verifyKeyOf('current'),
      interactions_endpoint_url: standing.endpoint,
    }),
    gatewayUrl: () => `${origin('ws')}${GATEWAY_PATH}`,
    areTokensRefused: () => standing.areTokensRefused,
    isReadable: () => standing.isReadable,
    onAnswer(id, body, taken) {
      const refusal = standing.areAnswersRefused ? REFUSALS.unknownInteraction : taken;
      waiting.get(id)?.({ body, refusal });
      return refusal;
    },
    onPut: () => void (standing.puts += 1),
  };
  const server = createServer((request, response) => {
    const { behaviour } = standing;
    request.on('error', () => undefined);
    void wholeBody(request).then((bytes) => {
      const call = callOf(request, bytes);
      standing.arrived(call);
      const scripted = standing.takeScript(`${call.method} ${call.path}`);
      if (scripted === 'hang') return;
      if (scripted === 'reset') return void request.socket.resetAndDestroy();
      if (scripted !== null) say(response, scripted);
      else answerApi({ ...call, request, response }, behaviour, deps);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const gateway = startGateway({
    server,
    token: BOT_TOKEN,
    botId: BOT_ID,
    url: deps.gatewayUrl,
    heartbeatMs: input.heartbeatMs ?? HEARTBEAT_MS,
  });

  async function shut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    gateway.drop();
    await closed;
  }

  return {
    apiUrl: `${origin('http')}/api`,
    state,
    gateway,
    called: standing.called,
    calls: () => standing.calls,
    arrival: () => standing.arrival,
    puts: () => standing.puts,
    setEndpoint: (url) => void (standing.endpoint = url),
    script: (line, said) => void standing.scripts.push({ line, said }),
    refuseAnswers: () => void (standing.areAnswersRefused = true),
    hideHistory: () => void (standing.isReadable = false),
    async behave(next) {
      standing.behave(next);
      if (next.kind === 'refuse_connection') return shut();
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    sees(recipient) {
      const address = 'address' in recipient ? recipient.address : '';
      const channel = recipient.kind === 'room' ? address : state.directChannel(address);
      return state.messages(channel).map(({ body }) => readDiscord(body));
    },
    async interact(raw, wayIn) {
      const { replaced } = state.interaction(raw);
      const id = String(raw['id']);
      if (wayIn.kind === 'http') return { ...(await byHttp(raw, wayIn.url, state)), replaced };
      const answered = new Promise<Answered>((resolve) => waiting.set(id, resolve));
      if (gateway.dispatch('INTERACTION_CREATE', raw) === 0) throw new Error('nobody listens at the gateway');
      const first = await within(answered, ANSWER_WITHIN_MS).finally(() => waiting.delete(id));
      return { ...first, replaced };
    },
    async close() {
      gateway.close();
      await shut();
    },
  };
}

/** The endpoint's answer is the answer. What Discord would not take, it shows as “This interaction failed”. */
async function byHttp(raw: Json, url: string, state: DiscordState): Promise<Answered> {
  const body = Buffer.from(JSON.stringify(raw));
  const answer = await within(
    fetch(url, { method: 'POST', ...signedCall({ body, atMs: Date.now(), key: 'current' }) }),
    ANSWER_WITHIN_MS,
  );
  if (answer.status !== 200) throw new Error(`This interaction failed: ${String(answer.status)}`);
  const said = (await answer.json()) as Json;
  return { body: said, refusal: state.answer(String(raw['id']), String(raw['token']), said) };
}

interface Scripted {
  readonly line: string;
  readonly said: ApiSaid | 'hang' | 'reset';
}

function scopeOf() {
  let announce = (): void => undefined;
  const scripts: Scripted[] = [];
  const called: string[] = [];
  return {
    scripts,
    called,
    behaviour: { kind: 'normal' } as Behaviour,
    calls: 0,
    puts: 0,
    endpoint: null as string | null,
    areTokensRefused: false,
    areAnswersRefused: false,
    isReadable: true,
    arrival: new Promise<void>((resolve) => (announce = resolve)),
    behave(next: Behaviour): void {
      this.behaviour = next;
      this.areTokensRefused = next.kind === 'bad_credentials';
      this.arrival = new Promise<void>((resolve) => (announce = resolve));
    },
    arrived(call: Pick<ApiCall, 'method' | 'path'>): void {
      called.push(`${call.method} ${call.path}`);
      if (!isMessage(call)) return;
      this.calls += 1;
      announce();
    },
    takeScript(line: string): Scripted['said'] | null {
      const index = scripts.findIndex((one) => line.startsWith(one.line));
      return index === -1 ? null : (scripts.splice(index, 1)[0]?.said ?? null);
    },
  };
}

function callOf(request: IncomingMessage, bytes: Buffer): Pick<ApiCall, 'method' | 'path' | 'query' | 'body'> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://127.0.0.1');
  return { method: request.method ?? '', path: pathname.replace(/^\/api\/v10/, ''), query, body: json(bytes) };
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

async function wholeBody(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('This interaction failed: no answer in time')), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
