/**
 * What stands at the other end of a webhook, on a loopback port, and can be told to misbehave: a consumer that knows a
 * request by its token and an admin, or a producer's callback that knows a message by its `webhook-id`.
 */
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Secret } from '../../src/base/crypto/secret.js';
import { verify } from '../../src/base/crypto/standard-webhooks.js';

export type PeerBehaviour =
  | { readonly kind: 'normal' }
  | { readonly kind: 'hang' | 'hang_before_body' | 'refuse_connection' | 'reset_after_body' | 'garbage' }
  /** Answers this status to everything, genuine or not. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> };

export interface TakenMessage {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface FakePeer {
  readonly port: number;
  behave(behaviour: PeerBehaviour): Promise<void>;
  calls(): number;
  arrival(): Promise<void>;
  /** What took effect on this path, twins dropped, oldest first. */
  taken(path: string): readonly TakenMessage[];
  close(): Promise<void>;
}

/** Who it lets in, and by what it knows the twin of a message. */
export type PeerKind =
  { readonly kind: 'consumer'; readonly bearer: string } | { readonly kind: 'callback'; readonly key: Buffer };

export async function startFakePeer(peer: PeerKind): Promise<FakePeer> {
  const effects = new Map<string, TakenMessage>();
  const sockets = new Set<Socket>();
  let behaviour: PeerBehaviour = { kind: 'normal' };
  let calls = 0;
  let announce = (): void => undefined;
  let arrived = new Promise<void>((resolve) => (announce = resolve));

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const message = { path: request.url ?? '', headers: request.headers, ...read(Buffer.concat(chunks)) };
      const isGenuine = isLetIn(peer, message);
      if (isGenuine && (behaviour.kind === 'normal' || behaviour.kind === 'reset_after_body')) keep(message);
      calls += 1;
      announce();
      answer(request, { response, behaviour, isGenuine });
    });
  };
  const keep = (message: TakenMessage): void => {
    const key = `${message.path} ${keyOf(peer, message)}`;
    if (!effects.has(key)) effects.set(key, message);
  };
  const server = http.createServer(handle);
  server.on('clientError', () => undefined);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (behaviour.kind !== 'hang_before_body') return;
    socket.pause(); // taken by the kernel, read by nobody
    announce();
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;

  return {
    port,
    async behave(next) {
      if (server.listening && next.kind === 'refuse_connection') server.close();
      for (const socket of sockets) socket.destroy();
      behaviour = next;
      arrived = new Promise((resolve) => (announce = resolve));
      if (!server.listening && next.kind !== 'refuse_connection') await listen(server, port);
    },
    calls: () => calls,
    arrival: () => arrived,
    taken: (path) => [...effects.values()].filter((message) => message.path === path),
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  request: IncomingMessage,
  { response, behaviour, isGenuine }: { response: ServerResponse; behaviour: PeerBehaviour; isGenuine: boolean },
): void {
  switch (behaviour.kind) {
    case 'normal':
      response.writeHead(isGenuine ? 200 : 401).end('{"note":"nobody reads this"}');
      return;
    case 'status':
      response.writeHead(behaviour.status, behaviour.headers).end('<h1>Something went wrong</h1>');
      return;
    case 'reset_after_body':
      request.socket.resetAndDestroy();
      return;
    case 'garbage':
      request.socket.end('\u0000\u0001220 mail.example.org ESMTP\r\n\r\n');
      return;
    case 'hang':
    case 'hang_before_body':
    case 'refuse_connection':
  }
}

function isLetIn(peer: PeerKind, { headers, body }: TakenMessage): boolean {
  if (peer.kind === 'consumer') return headers.authorization === `Bearer ${peer.bearer}`;
  return verify([new Secret(peer.key)], { headers, body, nowMs: Date.now() }).kind === 'genuine';
}

function keyOf(peer: PeerKind, { headers, json }: TakenMessage): string {
  if (peer.kind === 'consumer') return `${String(json['token'])} ${String(json['admin'])}`;
  return String(headers['webhook-id']);
}

function read(body: Buffer): Pick<TakenMessage, 'body' | 'json'> {
  return { body, json: JSON.parse(body.toString('utf8')) as Record<string, unknown> };
}

async function listen(server: http.Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
