/** A site's consumer that knows the gate by its client certificate: it gets the RFC's payload, and without the certificate nothing. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeAuthority } from '../fakes/certificate.js';
import { eventually } from '../fixtures/time/eventually.js';
import { removeData, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { visit, VISITOR_AGENT } from '../fixtures/processes/people.js';
import { ADA, HOST } from '../fixtures/sites/sites.js';

const PATH = '/api/v1/bots/koder-gate/approvals';
/** Of Brazil's own registry, so that its country stays what it is. */
const VISITOR = '200.160.2.3';

interface Taken {
  /** The common name in the client's certificate. */
  readonly client: string;
  readonly call: string;
  readonly authorization: string | undefined;
  readonly payload: unknown;
}

interface Consumer {
  readonly url: string;
  /** What came from a client with a certificate of the company. */
  readonly taken: readonly Taken[];
  /** How many clients were turned away before a byte of theirs was read. */
  turnedAway(): number;
  close(): Promise<void>;
}

const company = makeAuthority('Company CA');
const stranger = makeAuthority('Some other CA');
const own = company.issue('koder-gate');
const foreign = stranger.issue('koder-gate');

let folder: string;
let consumer: Consumer;
let gate: GateProcess | null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-certificates-'));
  consumer = await startConsumer();
  gate = null;
});

afterEach(async () => {
  await gate?.stop();
  if (gate !== null) removeData(gate.dataDir);
  await consumer.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the payload arrives field for field as the RFC has it, from a client that its certificate names', async () => {
  gate = await start({
    WEBHOOK_CLIENT_CERT_FILE: keep('client.pem', own.cert),
    WEBHOOK_CLIENT_KEY_FILE: keep('client.key', own.key),
  });

  expect((await visit(gate, VISITOR)).status).toBe(403);

  const taken = await eventually('the payload', () => consumer.taken[0]);
  const { token } = taken.payload as { token: string };
  expect(token).toMatch(/^[0-9a-f]{32}$/);
  expect(taken).toEqual({
    client: 'koder-gate',
    call: `POST ${PATH}`,
    authorization: undefined,
    payload: {
      token,
      host: HOST,
      environment: 'stg',
      origin_ip: VISITOR,
      user_agent: VISITOR_AGENT,
      geo: 'BR',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      admin: ADA,
      confirm_url: `${gate.publicUrl}/req/${token}`,
      ttl_seconds: 600,
    },
  });
  await eventually('it is told', () => eventsOf(gate, 'auth_gate.notifier_sent').length === 1);
  expect(consumer.taken).toHaveLength(1);
  expect(gate.printed.out).not.toContain(token);
}, 30_000);

test.each([
  ['no certificate', { WEBHOOK_TOKEN: 'a-bearer-that-this-consumer-never-gave' }],
  ['a certificate that somebody else issued', { WEBHOOK_CLIENT_CERT: foreign.cert, WEBHOOK_CLIENT_KEY: foreign.key }],
])(
  'with %s nothing is delivered, and the failure is told',
  async (_what, identity) => {
    gate = await start(identity);

    expect((await visit(gate, VISITOR)).status).toBe(403);

    await expectFailure();
    expect(consumer.turnedAway()).toBeGreaterThan(0);
  },
  30_000,
);

test('a consumer that nobody vouches for is sent nothing, and the failure is told', async () => {
  gate = await start({ WEBHOOK_CLIENT_CERT: own.cert, WEBHOOK_CLIENT_KEY: own.key, NODE_EXTRA_CA_CERTS: '' });

  expect((await visit(gate, VISITOR)).status).toBe(403);

  await expectFailure();
}, 30_000);

async function expectFailure(): Promise<void> {
  const [failure] = await eventually('the failure is told', () => {
    const failures = eventsOf(gate, 'auth_gate.notifier_failed');
    return failures.length > 0 ? failures : null;
  });
  // in TLS 1.3 a server judges the client's certificate last: the end of the connection can overtake its alert
  const error: unknown = expect.stringMatching(/^(tls|reset)$/);
  expect(failure).toMatchObject({ channel: 'talk', host: HOST, attempt: 1, error });
  expect(eventsOf(gate, 'auth_gate.notifier_sent')).toEqual([]);
  expect(consumer.taken).toEqual([]);
}

function start(identity: Readonly<Record<string, string>>): Promise<GateProcess> {
  const sites = `
[approvers."${ADA}"]
talk = "${ADA}"

[[sites]]
domains = ["${HOST}"]
environment = "stg"

[sites.auth_gate]
admin = "${ADA}"
notifiers = ["talk"]

[sites.auth_gate.talk]
url = "${consumer.url}"
`;
  const environment = { NODE_EXTRA_CA_CERTS: keep('company.pem', company.cert), ...identity };
  return startGate({ sites, environment });
}

function keep(name: string, pem: string): string {
  const file = join(folder, name);
  writeFileSync(file, pem, { mode: 0o600 });
  return file;
}

async function startConsumer(): Promise<Consumer> {
  const taken: Taken[] = [];
  let turnedAway = 0;
  const { cert, key } = company.issue('localhost');
  const server = createServer({ cert, key, ca: company.cert, requestCert: true, rejectUnauthorized: true });
  server.on('tlsClientError', () => (turnedAway += 1));
  server.on('request', (request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      taken.push({
        client: request.socket instanceof TLSSocket ? String(request.socket.getPeerCertificate().subject.CN) : '',
        call: `${request.method ?? ''} ${request.url ?? ''}`,
        authorization: request.headers.authorization,
        payload: JSON.parse(Buffer.concat(chunks).toString()),
      });
      response.writeHead(200).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}${PATH}`,
    taken,
    turnedAway: () => turnedAway,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The lines of the event stream of this name; a notifier's are told by its channel. */
function eventsOf(from: GateProcess | null, name: string): readonly Record<string, unknown>[] {
  return (from?.printed.out ?? '')
    .split('\n')
    .filter((line) => line.includes(`"${name}"`))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
