/**
 * Discord's gateway on a real WebSocket: hello, identify or resume, heartbeats, dispatches with a sequence, and the close
 * codes of its documentation for whoever breaks its rules.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Json } from './discord-state.js';

export interface FakeGateway {
  /** Sends an event to every socket that is ready. Answers to how many. */
  dispatch(type: string, event: unknown): number;
  /** Sends a whole payload as it is given. */
  send(payload: unknown): void;
  /** Closes what is open, with this code; without one the connection is reset. */
  drop(code?: number): void;
  /** No token counts from now on. */
  refuse(): void;
  /** Answers no heartbeat, and nothing else, from now on. */
  freeze(): void;
  sockets(): number;
  /** How often somebody identified, resumed, sent a heartbeat. */
  readonly counts: { identify: number; resume: number; heartbeat: number };
  close(): void;
}

interface Session {
  readonly id: string;
  socket: WebSocket | null;
  sequence: number;
}

interface GatewayDeps {
  readonly server: Server;
  readonly token: string;
  readonly botId: string;
  readonly url: () => string;
  readonly heartbeatMs: number;
}

export const GATEWAY_PATH = '/gateway';

export function startGateway(deps: GatewayDeps): FakeGateway {
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const counts = { identify: 0, resume: 0, heartbeat: 0 };
  const standing = { isRefusing: false, isFrozen: false };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (!(request.url ?? '').startsWith(GATEWAY_PATH)) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (opened) => {
      converse(opened, { deps, sessions, counts, standing });
    });
  };
  deps.server.on('upgrade', onUpgrade);
  return {
    counts,
    dispatch(type, event) {
      const ready = [...sessions.values()].filter(({ socket }) => socket?.readyState === 1);
      for (const session of ready) dispatchTo(session, type, event);
      return ready.length;
    },
    send(payload) {
      for (const socket of sockets.clients) socket.send(JSON.stringify(payload));
    },
    drop(code) {
      for (const socket of sockets.clients) {
        if (code === undefined) socket.terminate();
        else socket.close(code);
      }
    },
    refuse: () => void (standing.isRefusing = true),
    freeze: () => void (standing.isFrozen = true),
    sockets: () => sockets.clients.size,
    close() {
      deps.server.off('upgrade', onUpgrade);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

interface Conversation {
  readonly deps: GatewayDeps;
  readonly sessions: Map<string, Session>;
  readonly counts: FakeGateway['counts'];
  readonly standing: { isRefusing: boolean; isFrozen: boolean };
}

function converse(socket: WebSocket, conversation: Conversation): void {
  const { deps, counts, standing } = conversation;
  let session: Session | null = null;
  socket.on('error', () => undefined);
  socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: deps.heartbeatMs }, s: null, t: null }));
  socket.on('message', (data) => {
    if (standing.isFrozen) return;
    const { op, d } = JSON.parse((data as Buffer).toString('utf8')) as { op: number; d: Json };
    if (op === 1) {
      counts.heartbeat += 1;
      socket.send(JSON.stringify({ op: 11, d: null, s: null, t: null }));
    } else if (op !== 2 && op !== 6) {
      socket.close(session === null ? 4003 : 4001);
    } else if (session !== null) {
      socket.close(4005);
    } else {
      session = op === 2 ? identify(socket, d, conversation) : resume(socket, d, conversation);
    }
  });
}

function identify(socket: WebSocket, d: Json, { deps, sessions, counts, standing }: Conversation): Session | null {
  counts.identify += 1;
  if (standing.isRefusing || d['token'] !== deps.token) {
    socket.close(4004);
    return null;
  }
  if (typeof d['intents'] !== 'number' || typeof d['properties'] !== 'object') {
    socket.close(4002);
    return null;
  }
  const session: Session = { id: `session-${String(sessions.size + 1)}`, socket, sequence: 0 };
  sessions.set(session.id, session);
  dispatchTo(session, 'READY', {
    v: 10,
    user: { id: deps.botId, username: 'gate', discriminator: '0', bot: true, avatar: null, global_name: null },
    guilds: [{ id: '1300000000000000001', unavailable: true }],
    session_id: session.id,
    resume_gateway_url: deps.url(),
    shard: d['shard'],
    application: { id: deps.botId, flags: 0 },
  });
  return session;
}

function resume(socket: WebSocket, d: Json, { deps, sessions, counts, standing }: Conversation): Session | null {
  counts.resume += 1;
  const session = sessions.get(String(d['session_id']));
  if (standing.isRefusing || d['token'] !== deps.token) {
    socket.close(4004);
    return null;
  }
  if (session === undefined) {
    socket.send(JSON.stringify({ op: 9, d: false, s: null, t: null }));
    return null;
  }
  session.socket = socket;
  dispatchTo(session, 'RESUMED', {});
  return session;
}

function dispatchTo(session: Session, type: string, event: unknown): void {
  session.sequence += 1;
  session.socket?.send(JSON.stringify({ op: 0, t: type, s: session.sequence, d: event }));
}
