/**
 * One listener: an http.Server, or the same over TLS, with bounds on everything a peer may take its time with, and a stop
 * that lets answers finish. Knows nothing of what it serves.
 */
import { createServer, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Secret } from '../../base/crypto/secret.js';
import { limitConnections, type ConnectionLimits } from './connection-limits.js';

/** All headers must be there by then: a slow-loris costs no more than this. */
const HEADERS_TIMEOUT_MS = 10_000;
/** The whole request, body included. Nothing we take is large. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often node:http looks whether one of the two has passed; it looks every 30 s where nobody says so. */
const CHECK_EVERY_MS = 1_000;
/** Longer than the upstream keepalive of nginx (60 s), so that the proxy closes first and never meets a dead socket. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/**
 * No limit: beyond one, node:http silently drops the remaining headers, and a proxy writes `X-Forwarded-For` last. Their size
 * is bounded: `ListenWhere.maxHeaderBytes`.
 */
const MAX_HEADERS_COUNT = 0;
/** How long answers in the making may take at a stop; with the rest of the process it stays under 5 s. */
const STOP_GRACE_MS = 3_000;

export interface Listener {
  readonly port: number;
  /** Stops accepting, cuts streams, lets other answers finish for at most 3 s. Idempotent. */
  stop(): Promise<void>;
  /** Uses these for connections that begin from now on. Absent: it does not speak TLS. */
  renew?(tls: ListenTls): void;
}

export interface ListenWhere {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of the request line and all headers together; a call with more is answered 431. Absent: 16 KiB, or node's `--max-http-header-size`. */
  readonly maxHeaderBytes?: number;
  /** The variable an operator sets it by, for the message when the port is taken. */
  readonly variable: string;
  /** Absent: plain http. */
  readonly tls?: ListenTls | undefined;
  /** Absent: as many connections as the process may have. */
  readonly limits?: ConnectionLimits | undefined;
}

export interface ListenTls {
  /** PEM, our own first. */
  readonly certificates: string;
  /** PEM. */
  readonly key: Secret;
  /**
   * PEM. A peer is asked for a certificate of one of these and may go without: a browser has none. Whether it showed one
   * that holds is `TLSSocket.authorized`. Null: nobody is asked.
   */
  readonly clientAuthorities: string | null;
}

/** The port cannot be listened on. The message is for the operator: what, why and what to do; the cause is what the system said. */
class PortRefused extends Error {
  readonly code = 'port_refused';
}

/** Resolves once connections are accepted; rejects with `PortRefused`. */
export async function listen(handler: RequestListener, where: ListenWhere): Promise<Listener> {
  const server = where.tls === undefined ? createServer(optionsOf(where)) : secureServer(where, where.tls);
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.maxHeadersCount = MAX_HEADERS_COUNT;
  if (where.limits !== undefined) limitConnections(server, where.limits);
  const answers = answerBy(server, handler);
  await bind(server, where);
  let stopping: Promise<void> | null = null;
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => (stopping ??= stop(server, answers)),
    ...(server instanceof TlsServer ? { renew: (tls) => server.setSecureContext(contextOf(tls)) } : {}),
  };
}

const TIMEOUTS = {
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionsCheckingInterval: CHECK_EVERY_MS,
};

function optionsOf({ maxHeaderBytes }: ListenWhere): ServerOptions {
  return maxHeaderBytes === undefined ? TIMEOUTS : { ...TIMEOUTS, maxHeaderSize: maxHeaderBytes };
}

function secureServer(where: ListenWhere, tls: ListenTls): TlsServer {
  return createTlsServer({
    ...optionsOf(where),
    handshakeTimeout: HEADERS_TIMEOUT_MS,
    ...contextOf(tls),
    ...(tls.clientAuthorities === null ? {} : { requestCert: true, rejectUnauthorized: false }),
  });
}

function contextOf({ certificates, key, clientAuthorities }: ListenTls): SecureContextOptions {
  const authorities = clientAuthorities === null ? {} : { ca: clientAuthorities };
  return { cert: certificates, key: key.revealText(), ...authorities };
}

function bind(server: Server, where: ListenWhere): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void =>
      reject(new PortRefused(refusal(error.code, where), { cause: error }));
    server.once('error', refuse);
    server.listen({ host: where.host, port: where.port }, () => {
      server.off('error', refuse);
      // a connection that the system could not give us (ENOBUFS, EPERM) is lost; unheard, this would end the process
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function refusal(code: string | undefined, { host, port, variable }: ListenWhere): string {
  const at = `port ${String(port)} on ${host}`;
  if (code === 'EADDRINUSE') return `${at} is taken: stop what listens there, or set ${variable} to another port`;
  if (code === 'EACCES') return `${at} is not allowed for this user: set ${variable} to a port of 1024 or above`;
  if (code === 'EADDRNOTAVAIL') return `${at} cannot be opened: this machine has no such address (${variable})`;
  return `${at} cannot be opened (${code ?? 'unknown error'}): check ${variable}`;
}

/**
 * A connection's latest answer that was not given at once, kept on the connection itself: looking it up in a map would
 * slow every check. Answers given at once are not kept, because V8 would copy each in its next young collection.
 */
const LATEST = Symbol('latest answer');
type Connection = Socket & { [LATEST]?: ServerResponse };

interface Answers {
  /** The connections that requests come over. */
  readonly connections: Set<Connection>;
  /** The sockets beneath TLS: the server does not list one whose handshake never ends, and it would delay the stop. */
  readonly beneath: Set<Socket>;
  isStopping: boolean;
}

/** One 'request' listener and not two, because a second one would slow every check. */
function answerBy(server: Server, handler: RequestListener): Answers {
  const answers: Answers = { connections: new Set(), beneath: new Set(), isStopping: false };
  const isEncrypted = server instanceof TlsServer;
  if (isEncrypted) server.on('connection', (connection: Socket) => hold(answers.beneath, connection));
  server.on(isEncrypted ? 'secureConnection' : 'connection', (connection: Connection) =>
    hold(answers.connections, connection),
  );
  server.on('request', (request, response: ServerResponse) => {
    if (answers.isStopping) response.setHeader('connection', 'close');
    handler(request, response);
    if (!response.writableEnded) (request.socket as Connection)[LATEST] = response;
  });
  return answers;
}

function hold<One extends Socket>(held: Set<One>, connection: One): void {
  held.add(connection);
  connection.once('close', () => held.delete(connection));
}

async function stop(server: Server, answers: Answers): Promise<void> {
  answers.isStopping = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  for (const { [LATEST]: latest } of answers.connections) if (latest !== undefined) letEnd(server, latest);
  const timer = setTimeout(() => {
    server.closeAllConnections();
    for (const connection of answers.beneath) connection.destroy();
  }, STOP_GRACE_MS);
  await closed;
  clearTimeout(timer);
}

/** Cuts an answer that has begun and not ended: it is a stream, because every other answer is written in one go. */
function letEnd(server: Server, response: ServerResponse): void {
  // a connection kept alive by a late answer would hold the stop up until its own timeout
  response.once('close', () => setImmediate(() => server.closeIdleConnections()));
  if (!response.headersSent || response.writableEnded) return;
  response.end();
  response.socket?.end();
}
