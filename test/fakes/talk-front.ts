/** A small server in front of a real Talk server that misbehaves on demand. What it passes on, it passes on byte by byte. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Behaviour } from '../contract/stage.js';
import { passOn, relay, whole, type Call } from './pass-on.js';

export interface Front {
  readonly port: number;
  behave(behaviour: Behaviour): Promise<void>;
  calls(): number;
  arrival(): Promise<void>;
  close(): Promise<void>;
}

export async function startFront(backPort: number): Promise<Front> {
  let behaviour: Behaviour = { kind: 'normal' };
  let calls = 0;
  let announce = (): void => undefined;
  let arrived = new Promise<void>((resolve) => (announce = resolve));

  const server = createServer((request, response) => {
    const now = behaviour;
    request.on('error', () => undefined);
    const pass = async (): Promise<void> => {
      const body = await whole(request);
      if (request.method !== 'GET') {
        calls += 1;
        announce();
      }
      await answer({ request, response, body }, now, backPort);
    };
    pass().catch(() => request.socket.destroy()); // whoever called, or the server behind, went away meanwhile
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  async function reopen(): Promise<void> {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  async function shut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  return {
    port,
    calls: () => calls,
    arrival: () => arrived,
    async behave(next) {
      behaviour = next;
      arrived = new Promise<void>((resolve) => (announce = resolve));
      if (next.kind === 'refuse_connection') await shut();
      else await reopen();
    },
    close: shut,
  };
}

async function answer(call: Call, behaviour: Behaviour, backPort: number): Promise<void> {
  const { response, request } = call;
  switch (behaviour.kind) {
    case 'hang':
    case 'hang_before_body':
    case 'refuse_connection':
      return;
    case 'reset_after_body':
      await passOn(call, backPort);
      request.socket.resetAndDestroy();
      return;
    case 'server_error':
      return say(response, 503, { error: { code: 'broken', message: 'broken' } });
    case 'busy':
      response.setHeader('retry-after', String(behaviour.retryAfterSeconds));
      return say(response, 429, { error: { code: 'slow_down', message: 'slow down' } });
    case 'no_in_a_200':
      return say(response, 200, { error: { code: 'not_today', message: 'no' } });
    case 'garbage':
      request.socket.end('\u0000\u0001 these are not the bytes of HTTP \r\n\r\n');
      return;
    case 'message_refused':
      return say(response, 422, { error: { code: 'invalid', message: 'invalid' } });
    case 'message_gone':
      if (request.method !== 'PUT') return relay(response, await passOn(call, backPort));
      return say(response, 404, { error: { code: 'unknown_message', message: 'unknown message' } });
    case 'normal':
    case 'unknown_recipient':
      return relay(response, await passOn(call, backPort));
    case 'bad_credentials':
      return relay(response, await passOn(call, backPort, { authorization: 'Bearer somebody-elses-token' }));
  }
}

function say(response: ServerResponse, status: number, body: object): void {
  relay(response, { status, body: Buffer.from(JSON.stringify(body)) });
}
