/**
 * Slack on a real socket: the Web API in forms, response URLs, and Socket Mode. It can be told to misbehave as the
 * contract's stages want it; then its card methods do, and everything else stays well.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Behaviour } from '../contract/stage.js';
import { misbehave, say, wholeBody, type Arrived } from './slack-conduct.js';
import { answerMethod, no, type ApiAnswer } from './slack-methods.js';
import { BlockFault, checkBlocks } from './slack-rules.js';
import { argumentFault } from './slack-schemas.js';
import { readersOf, type SlackState } from './slack-state.js';

export const BOT_TOKEN = 'xoxb-a-bot-token-of-a-test';
export const APP_TOKEN = 'xapp-an-app-token-of-a-test';
const ALL_SCOPES = ['chat:write', 'commands', 'im:history', 'im:write', 'users:read', 'channels:history'] as const;

/** Something a person alone was told by a response URL, or was to be told. */
interface Note {
  readonly url: string;
  readonly user: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly isTaken: boolean;
}

export interface SlackServer {
  readonly port: number;
  readonly apiUrl: string;
  behave(behaviour: Behaviour): Promise<void>;
  calls(): number;
  arrival(): Promise<void>;
  /** How often a method was called. */
  called(method: string): number;
  /** From now on a method answers this instead; null: as it is. */
  answerInstead(method: string, answer: ApiAnswer | 'hang' | null): void;
  /** What the vendor's reference or the fixture rules found wrong with calls; empty while all is well. */
  readonly faults: readonly string[];
  readonly notes: readonly Note[];
  /** Resolves with the first note to this URL that is not among those counted already. */
  note(url: string, known: number): Promise<Note>;
  refuseNotes(): void;
  readonly sockets: ReadonlySet<WebSocket>;
  /** Every frame that a client sent. */
  onFrame(listener: (frame: Readonly<Record<string, unknown>>, socket: WebSocket) => void): void;
  scopes: readonly string[];
  /** No socket is given out, and none says hello. */
  isSilent: boolean;
  isRefusingCredentials: boolean;
  close(): Promise<void>;
}

const CARD_METHODS = new Set(['chat.postMessage', 'chat.update']);

export async function startSlackServer(state: SlackState): Promise<SlackServer> {
  let behaviour: Behaviour = { kind: 'normal' };
  let cards = 0;
  let announce = (): void => undefined;
  let arrived = new Promise<void>((resolve) => (announce = resolve));
  let isRefusingNotes = false;
  const counts = new Map<string, number>();
  const instead = new Map<string, ApiAnswer | 'hang'>();
  const faults: string[] = [];
  const notes: Note[] = [];
  const noteListeners = new Set<() => void>();
  const tickets = new Set<string>();
  const frameListeners: ((frame: Readonly<Record<string, unknown>>, socket: WebSocket) => void)[] = [];

  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    void wholeBody(request).then((body) => {
      const { pathname } = new URL(request.url ?? '/', 'http://slack');
      if (pathname.startsWith('/response/')) return takeNote({ request, response, body });
      if (pathname.startsWith('/api/')) return api({ request, response, body }, pathname.slice('/api/'.length));
      return say(response, 404, no('no_such_page'));
    });
  });
  const webSockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '/', 'http://slack').searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket)) {
      socket.destroy();
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on('error', () => undefined);
      accepted.on('message', (data) => {
        const frame = JSON.parse((data as Buffer).toString('utf8')) as Readonly<Record<string, unknown>>;
        for (const listener of frameListeners) listener(frame, accepted);
      });
      if (!fake.isSilent) accepted.send(JSON.stringify({ type: 'hello', num_connections: webSockets.clients.size }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  function api(call: Arrived, method: string): void {
    counts.set(method, (counts.get(method) ?? 0) + 1);
    const isCard = CARD_METHODS.has(method);
    if (isCard) {
      cards += 1;
      announce();
    }
    const planned = instead.get(method);
    if (planned === 'hang') return;
    if (planned !== undefined) return say(call.response, 200, planned);
    const answer = (): ApiAnswer => judged(call, method);
    if (behaviour.kind === 'bad_credentials') return say(call.response, 200, no('invalid_auth'));
    if (behaviour.kind === 'unknown_recipient' && (isCard || method === 'conversations.open')) {
      return say(call.response, 200, no(isCard ? 'channel_not_found' : 'user_not_found'));
    }
    if (isCard) return misbehave(call, { behaviour, method, answer });
    say(call.response, 200, { ...answer(), headers: { 'x-oauth-scopes': fake.scopes.join(', ') } });
  }

  /** What every method asks of every call, before it does anything. */
  function judged({ request, body }: Arrived, method: string): ApiAnswer {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const isSocketMethod = method === 'apps.connections.open';
    if (token === '') return no('not_authed');
    if (fake.isRefusingCredentials || token !== (isSocketMethod ? APP_TOKEN : BOT_TOKEN)) return no('invalid_auth');
    if (request.method !== 'POST') return no('insecure_request');
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return no('invalid_form_data');
    const args = new Map(new URLSearchParams(body.toString('utf8')));
    const wrong = argumentFault(method, new Map([...args, ['token', token]]));
    if (wrong !== null) {
      faults.push(wrong);
      return no('invalid_arguments');
    }
    if (isSocketMethod) return { ok: true, url: `ws://127.0.0.1:${String(port)}/link?ticket=${ticket()}` };
    const answer = answerMethod(state, method, args);
    if ('place' in answer) faults.push(`${method}: ${String(answer['place'])}`);
    return answer;
  }

  function ticket(): string {
    const made = state.nextId('ticket');
    tickets.add(made);
    return made;
  }

  function takeNote({ request, response, body }: Arrived): void {
    const url = `${fake.apiUrl.replace('/api/', '')}${request.url ?? ''}`;
    const known = state.responseUrls.get(url);
    const said = JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>;
    const isTaken = known !== undefined && !isRefusingNotes && known.usesLeft > 0 && known.untilMs > Date.now();
    if (isTaken) {
      known.usesLeft -= 1;
      try {
        checkBlocks(said['blocks'], { kind: 'message' });
      } catch (error) {
        faults.push(error instanceof BlockFault ? error.message : 'response_url');
      }
      const onlyFor = said['response_type'] === 'ephemeral' ? known.user : null;
      state.messages.push({
        ts: state.nextTs(),
        channel: known.channel,
        botId: state.botId,
        metadata: null,
        text: String(said['text']),
        blocks: said['blocks'] as readonly unknown[],
        onlyFor,
      });
      if (onlyFor === null) faults.push(`${readersOf(state, known.channel).join(', ')} read what was for one alone`);
    }
    notes.push({ url, user: known?.user ?? '', body: said, isTaken });
    for (const listener of [...noteListeners]) listener();
    say(response, isTaken ? 200 : 404, isTaken ? { ok: true } : no('expired_url'));
  }

  const shut = async (): Promise<void> => {
    for (const socket of webSockets.clients) socket.terminate();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };

  const fake: SlackServer = {
    port,
    apiUrl: `http://127.0.0.1:${String(port)}/api/`,
    async behave(next) {
      behaviour = next;
      arrived = new Promise<void>((resolve) => (announce = resolve));
      if (next.kind === 'refuse_connection') await shut();
      else if (!server.listening) {
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
      }
    },
    calls: () => cards,
    arrival: () => arrived,
    called: (method) => counts.get(method) ?? 0,
    answerInstead(method, answer) {
      if (answer === null) instead.delete(method);
      else instead.set(method, answer);
    },
    faults,
    notes,
    note: (url, known) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = notes.slice(known).find((note) => note.url === url);
          if (found === undefined) return;
          noteListeners.delete(look);
          resolve(found);
        };
        noteListeners.add(look);
        look();
      }),
    refuseNotes: () => void (isRefusingNotes = true),
    sockets: webSockets.clients,
    onFrame: (listener) => void frameListeners.push(listener),
    scopes: ALL_SCOPES,
    isSilent: false,
    isRefusingCredentials: false,
    close: shut,
  };
  return fake;
}
