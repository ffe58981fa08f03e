/**
 * Stands before a fake platform and gives every call its fate: passed on, slowed down, lost before or after it took effect,
 * answered with a no or with nonsense. The fake behind it keeps the truth of what took effect.
 */
import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fate =
  | 'well'
  /** Takes effect, is answered late. */
  | 'slow'
  /** Takes effect; the connection is reset instead of an answer. */
  | 'answer_lost'
  /** The connection is reset, and nothing took effect. */
  | 'call_lost'
  /** 503, and nothing took effect. */
  | 'refused'
  /** 503, and it took effect all the same. */
  | 'refused_though_done'
  /** Takes effect; a 200 that says nothing sensible. */
  | 'nonsense'
  /** A 200 that says nothing sensible, and nothing took effect. */
  | 'lie'
  /** Takes effect, and is never answered. */
  | 'hang'
  /** The platform's own word for a message that it will never take. */
  | 'no';

export interface HttpFront {
  readonly port: number;
  /** Whole calls that came, whatever became of them. */
  calls(): number;
  close(): Promise<void>;
}

export interface FrontSeams {
  readonly backPort: number;
  /** Asked once a call, when it has arrived whole. */
  readonly fate: (path: string) => { readonly kind: Fate; readonly delayMs: number };
  /** How this platform says `no`; a bare 400 where absent. */
  readonly no?: { readonly status: number; readonly json: unknown };
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export async function startHttpFront(seams: FrontSeams): Promise<HttpFront> {
  let calls = 0;
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void whole(request)
      .then(async (body) => {
        calls += 1;
        await meet({ request, response, body }, seams);
      })
      .catch(() => request.socket.destroy()); // the caller went away, or the fake is closing
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    calls: () => calls,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function meet(call: Call, { backPort, fate, no }: FrontSeams): Promise<void> {
  const { kind, delayMs } = fate(call.request.url ?? '/');
  const reset = (): void => void call.request.socket.resetAndDestroy();
  switch (kind) {
    case 'well':
      return relay(call, await passOn(call, backPort));
    case 'slow': {
      const answer = await passOn(call, backPort);
      return void setTimeout(() => relay(call, answer), delayMs);
    }
    case 'answer_lost':
      await passOn(call, backPort);
      return reset();
    case 'call_lost':
      return reset();
    case 'refused':
      return relay(call, BROKEN);
    case 'refused_though_done':
      await passOn(call, backPort);
      return relay(call, BROKEN);
    case 'nonsense':
      await passOn(call, backPort);
      return relay(call, NONSENSE);
    case 'lie':
      return relay(call, NONSENSE);
    case 'hang':
      await passOn(call, backPort);
      return;
    case 'no':
      return relay(call, refusal(no));
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };
const BROKEN: Answered = { status: 503, headers: JSON_TYPE, body: Buffer.from('{"error":"broken"}') };
const NONSENSE: Answered = { status: 200, headers: JSON_TYPE, body: Buffer.from('{"note":"all is well"}') };

function refusal({ status, json }: FrontSeams['no'] = { status: 400, json: { error: 'no' } }): Answered {
  return { status, headers: JSON_TYPE, body: Buffer.from(JSON.stringify(json)) };
}

function passOn({ request, body }: Call, port: number): Promise<Answered> {
  const { method, url, headers } = request;
  return new Promise((resolve, reject) => {
    const onward = send({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (response) => {
      const type = response.headers['content-type'] ?? 'application/json';
      const scopes = response.headers['x-oauth-scopes'];
      const kept = { 'content-type': type, ...(typeof scopes === 'string' ? { 'x-oauth-scopes': scopes } : {}) };
      whole(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, headers: kept, body: answer }),
        reject,
      );
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

/** No connection outlives its answer: a fate is one call's alone. */
function relay({ response }: Call, { status, headers, body }: Answered): void {
  if (!response.destroyed) response.writeHead(status, { ...headers, connection: 'close' }).end(body);
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
