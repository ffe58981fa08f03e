/**
 * Puts a guard before the events of a server that bring a visitor in, whoever listens to them and whenever he began to:
 * WebSocket servers listen to `upgrade` by themselves, past every middleware.
 */
import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { isWebSocket } from './hops.js';

/** Calls `pass` for a yes, and answers over `response` for a no. */
export type Guard = (request: IncomingMessage, response: ServerResponse, pass: () => void) => void;

/** They hand over a socket, and node:http has let go of it. */
const UPGRADES: ReadonlySet<string> = new Set(['upgrade', 'connect']);
/** With the last two, node:http hands over a request that announced itself by `Expect`. */
const REQUESTS: ReadonlySet<string> = new Set(['request', 'checkContinue', 'checkExpectation']);

export function guardUpgrades(server: Server, guard: Guard): void {
  intercept(server, guard, UPGRADES);
}

export function guardAll(server: Server, guard: Guard): void {
  intercept(server, guard, new Set([...UPGRADES, ...REQUESTS]));
}

function intercept(server: Server, guard: Guard, events: ReadonlySet<string>): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...values: unknown[]) => boolean;
  const guarded = (event: string | symbol, ...values: unknown[]): boolean => {
    if (typeof event !== 'string' || !events.has(event)) return emit(event, ...values);
    const [request, second] = values as [IncomingMessage, ServerResponse | Duplex];
    const pass = (): void => void emit(event, ...values);
    if (UPGRADES.has(event)) guardSocket({ request, socket: second as Socket }, refusing(event, guard), pass);
    else guard(request, second as ServerResponse, pass);
    return true;
  };
  server.emit = guarded;
}

/** What follows on such a connection is no request that could be checked, so that only WebSockets are asked for at all. */
function refusing(event: string, guard: Guard): Guard {
  if (event === 'connect') return (_, response) => refuse(response, 405, 'CONNECT is not served.');
  return (request, response, pass) =>
    isWebSocket(request) ? guard(request, response, pass) : refuse(response, 400, 'Only WebSocket is upgraded to.');
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}

/** A no is an HTTP answer, and then the socket ends. */
function guardSocket(
  { request, socket }: { request: IncomingMessage; socket: Socket },
  guard: Guard,
  pass: () => void,
): void {
  const response = new ServerResponse(request);
  // nobody else listens before the yes, and an unheard error would end the process
  const lost = (): void => void response.destroy();
  socket.on('error', lost).on('close', lost);
  response.on('finish', () => {
    response.detachSocket(socket);
    socket.destroySoon();
  });
  response.setHeader('connection', 'close');
  response.assignSocket(socket);
  guard(request, response, () => {
    response.detachSocket(socket);
    socket.off('error', lost).off('close', lost);
    if (!socket.destroyed) pass();
  });
}
