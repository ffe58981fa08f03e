/**
 * Microsoft Graph on a loopback port, as far as mail goes: token endpoint, drafts, sending, delta of the inbox. It enforces
 * tokens, permissions, limits and ids, says no the way Microsoft does, and can be made to fail at each step.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { errorBody, faultPlan, type FaultPlan, type GraphFault, type GraphStep } from './graph-faults.js';
import { limitKeeper, LIMITS, type GraphLimits } from './graph-limits.js';
import { fakeMailbox, type FakeMailbox } from './graph-mailbox.js';
import { carryOut, refused, stepOf, type GraphState, type Said } from './graph-routes.js';
import { fakeTokens, type FakeTokens, type Registration } from './graph-tokens.js';

const TENANT = 'contoso.example';

interface Seen {
  readonly step: GraphStep;
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface FakeGraph {
  readonly port: number;
  readonly endpoint: {
    readonly tenant: string;
    readonly clientId: string;
    readonly apiUrl: string;
    readonly tokenUrl: string;
  };
  readonly registration: Registration;
  readonly tokens: FakeTokens;
  readonly state: GraphState;
  readonly faults: Pick<FaultPlan, 'set'>;
  /** Connections that were made, ever. */
  connections(): number;
  /** Every whole call, in order. */
  readonly seen: readonly Seen[];
  mailbox(address?: string): FakeMailbox;
  /** Calls that carried a mail: a draft that was refused, and each sending. */
  calls(): number;
  /** Resolves with the next sending, refused draft or, where it takes no more, connection. */
  arrival(): Promise<void>;
  /** `silent`: takes connections and reads nothing. `away`: nobody listens. */
  become(how: 'normal' | 'silent' | 'away'): Promise<void>;
  close(): Promise<void>;
}

export async function startFakeGraph(
  input: { readonly mailboxes?: readonly string[]; readonly limits?: Partial<GraphLimits> } = {},
): Promise<FakeGraph> {
  const sockets = new Set<Socket>();
  const seen: Seen[] = [];
  const faults = faultPlan();
  const limits = { ...LIMITS, ...input.limits };
  const registration = newRegistration();
  const tokens = fakeTokens(registration);
  let how: 'normal' | 'silent' | 'away' = 'normal';
  let calls = 0;
  let connections = 0;
  let announce = (): void => undefined;
  let arrived = new Promise<void>((resolve) => (announce = resolve));

  const server = http.createServer((request, response) => void take(request, response));
  server.on('clientError', () => undefined);
  server.on('connection', (socket) => {
    sockets.add(socket);
    connections += 1;
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (how !== 'silent') return;
    socket.pause();
    announce();
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${String(port)}`;
  const state: GraphState = {
    mailboxes: new Map((input.mailboxes ?? ['gate@koder.dev']).map((one) => [one.toLowerCase(), fakeMailbox(one)])),
    permissions: ['Mail.Send', 'Mail.ReadWrite'],
    allowedMailboxes: null,
    transitMs: 0,
    limits: limitKeeper(limits),
    links: new Map(),
    deltaPageSize: 2,
    apiUrl: `${origin}/v1.0`,
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    const target = url.replace(/^\/v1\.0/, '');
    const step = url === `/${TENANT}/oauth2/v2.0/token` ? 'token' : stepOf({ method: request.method ?? '', target });
    const early = step === null ? null : faults.next(step, 'before_body');
    if (early !== null) return end(early, { request, response });
    const body = await read(request);
    if (body === null) return;
    if (step !== null) seen.push({ step, target, headers: request.headers });
    const outcome = await answer({ request, step, target, body });
    count(step, outcome);
    end(outcome, { request, response });
  }

  async function answer(call: {
    request: IncomingMessage;
    step: GraphStep | null;
    target: string;
    body: Buffer;
  }): Promise<Outcome> {
    const { request, step, target, body } = call;
    const { headers, method = '' } = request;
    if (step === null) return refused(400, 'BadRequest');
    const before = faults.next(step, 'before_effect');
    if (before !== null) return before;
    if (step === 'token') {
      const said = await tokens.answer(new URLSearchParams(body.toString()), `${origin}/${TENANT}/oauth2/v2.0/token`);
      return faults.next(step, 'after_effect') ?? said;
    }
    const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!tokens.isGood(bearer)) return refused(401, 'InvalidAuthenticationToken');
    const finish = state.limits.begin();
    if (finish === null) return refused(429, 'MailboxConcurrency', { 'retry-after': '1' });
    const said = await carryOut(state, {
      method,
      target,
      prefer: String(headers['prefer'] ?? ''),
      contentType: headers['content-type'] ?? '',
      contentLength: headers['content-length'],
      body,
    });
    if (limits.latencyMs > 0) await new Promise((resume) => setTimeout(resume, limits.latencyMs));
    finish();
    return faults.next(step, 'after_effect') ?? said;
  }

  function count(step: GraphStep | null, outcome: Outcome): void {
    const isRefusedDraft = step === 'create' && (!('status' in outcome) || ![201, 403].includes(outcome.status));
    if (step !== 'send' && step !== 'sendMail' && !isRefusedDraft) return;
    calls += 1;
    announce();
  }

  return {
    port,
    endpoint: {
      tenant: TENANT,
      clientId: registration.clientId,
      apiUrl: state.apiUrl,
      tokenUrl: `${origin}/${TENANT}/oauth2/v2.0/token`,
    },
    registration,
    tokens,
    state,
    faults,
    seen,
    mailbox(address = 'gate@koder.dev') {
      const found = state.mailboxes.get(address);
      if (found === undefined) throw new Error(`there is no mailbox ${address}`);
      return found;
    },
    calls: () => calls,
    connections: () => connections,
    arrival: () => arrived,
    async become(next) {
      if (server.listening && next === 'away') server.close();
      for (const socket of sockets) socket.destroy();
      how = next;
      arrived = new Promise((resolve) => (announce = resolve));
      if (!server.listening && next !== 'away') await listen(server, port);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function newRegistration(): Registration {
  return {
    clientId: '11111111-2222-4333-8444-555555555555',
    clientSecret: `s3cr3t~${randomBytes(12).toString('hex')}`,
    certificate: null,
    tokenLife: 3_600,
    refusal: null,
  };
}

type Outcome = Said | GraphFault['how'];

function end(outcome: Outcome, { request, response }: { request: IncomingMessage; response: ServerResponse }): void {
  if (!('kind' in outcome)) return say(response, outcome, request);
  if (outcome.kind === 'answer') say(response, saidOf(outcome), request);
  if (outcome.kind === 'reset') request.socket.resetAndDestroy();
  if (outcome.kind === 'garbage') request.socket.end('\u0000\u0001220 mail.example.org ESMTP\r\n\r\n');
}

function saidOf({
  status,
  code,
  innerCode,
  isLowerCase,
  headers,
  json,
}: Extract<GraphFault['how'], { kind: 'answer' }>): Said {
  const shape = {
    ...(innerCode === undefined ? {} : { innerCode }),
    ...(isLowerCase === undefined ? {} : { isLowerCase }),
  };
  const body = json ?? (code === undefined ? undefined : errorBody(code, shape));
  return { status, ...(body === undefined ? {} : { json: body }), ...(headers === undefined ? {} : { headers }) };
}

function say(response: ServerResponse, { status, json, raw, headers }: Said, request: IncomingMessage): void {
  const body = raw ?? (json === undefined ? undefined : Buffer.from(JSON.stringify(json)));
  response.writeHead(status, {
    'request-id': randomBytes(16).toString('hex'),
    'client-request-id': String(request.headers['client-request-id'] ?? ''),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  response.end(body);
}

/** Null: the caller hung up. */
async function read(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}

async function listen(server: http.Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
