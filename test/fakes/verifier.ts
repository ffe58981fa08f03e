/** A producer's own service that knows its tokens: on a loopback port, behind `X-Internal-Secret`, and able to misbehave. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type VerifierBehaviour =
  | { readonly kind: 'well' | 'hang' | 'reset' | 'endless' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface FakeVerifier {
  readonly url: string;
  readonly secret: string;
  /** What it answers to a token, as JSON; a token that is not here is none. */
  readonly tokens: Map<string, Readonly<Record<string, unknown>>>;
  /** The tokens that it was asked about, oldest first; of questions with the right secret alone. */
  readonly asked: readonly string[];
  behave(behaviour: VerifierBehaviour): void;
  close(): Promise<void>;
}

const PATH = '/internal/tokens/verify';
/** More than anybody may want to read. */
const TOO_MUCH = 'x'.repeat(128 * 1024);

export async function startFakeVerifier(): Promise<FakeVerifier> {
  const secret = 'internal-secret-0123456789';
  const tokens = new Map<string, Readonly<Record<string, unknown>>>();
  const asked: string[] = [];
  let behaviour: VerifierBehaviour = { kind: 'well' };

  const judge = (request: IncomingMessage, body: string): { status: number; json: unknown } => {
    const isOurs = request.method === 'POST' && request.url === PATH && request.headers['x-internal-secret'] === secret;
    if (!isOurs) return { status: 401, json: { error: 'not_internal' } };
    const { token } = JSON.parse(body) as { token: string };
    asked.push(token);
    const known = tokens.get(token);
    return known === undefined ? { status: 401, json: { error: 'invalid_token' } } : { status: 200, json: known };
  };
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const { status, json } = judge(request, body);
    if (behaviour.kind === 'hang') return;
    if (behaviour.kind === 'reset') return void request.socket.resetAndDestroy();
    if (behaviour.kind === 'endless') return void response.writeHead(200).write(TOO_MUCH);
    if (behaviour.kind === 'answer')
      response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body ?? JSON.stringify(json));
    else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('error', () => undefined);
    request.on('end', () => answer(request, response, body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${PATH}`,
    secret,
    tokens,
    asked,
    behave: (next) => void (behaviour = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
