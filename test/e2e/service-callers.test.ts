/** Producers' callers against a whole gate: its own TLS, its own tokens, and real proxies that verify certificates for it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { randomBytes, X509Certificate } from 'node:crypto';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthority, type MadeCertificate } from '../fakes/certificate.js';
import { freePort } from '../fixtures/network/ports.js';
import { startCallersProxy } from '../fixtures/proxies/callers-proxy.js';
import { isInstalled, PROXIES, type RunningProxy } from '../fixtures/proxies/proxies.js';
import { removeData, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';

const PATH = '/api/v1/bots/koder-gate/approvals';
const HOST = 'stg.jet.example.net';
const ADA = 'ada@example.org';

const company = makeAuthority('Company CA');
const own = company.issue('localhost');
const jet = company.issue('jet');
const impostor = makeAuthority('Some other CA').issue('jet');

let folder: string;
let gate: GateProcess;
let tlsPort: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-callers-'));
  tlsPort = await freePort();
  const environment = {
    PUBLIC_TLS_CERT_FILE: keep('own.pem', own.cert),
    PUBLIC_TLS_KEY_FILE: keep('own.key', own.key),
    PUBLIC_TLS_CLIENT_CA_FILE: keep('company.pem', company.cert),
    PUBLIC_TLS_PORT: String(tlsPort),
  };
  gate = await startGate({ sites: sites(), environment });
}, 30_000);

afterAll(async () => {
  await gate.stop();
  removeData(gate.dataDir);
  rmSync(folder, { recursive: true, force: true });
});

function sites(): string {
  const table = (name: string, lines: string): string =>
    `[producers.${name}]\nhosts = ["${HOST}"]\nnotifiers = ["talk"]\n${lines}\n`;
  return [
    `[approvers."${ADA}"]\ntalk = "${ADA}"`,
    table('native', 'client_cert_subject = ["CN=jet"]'),
    table('proxied', `client_cert_sha256 = ["${sha256Of(jet)}"]\nclient_cert_from = "proxy"`),
    table('minted', 'service_tokens = true'),
  ].join('\n');
}

function sha256Of({ cert }: MadeCertificate): string {
  return new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
}

function keep(name: string, pem: string): string {
  const file = join(folder, name);
  writeFileSync(file, pem, { mode: 0o600 });
  return file;
}

interface CallTo extends Omit<RequestOptions, 'headers'> {
  readonly isPlain?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Each of another network: one network has a share of an approver's slots, and no more. */
let opened = 0;

/** Opens a request; answers the status. */
function open(to: CallTo): Promise<number> {
  const body = JSON.stringify({
    token: randomBytes(16).toString('hex'),
    host: HOST,
    environment: 'stg',
    origin_ip: `189.45.${String((opened += 1))}.30`,
    user_agent: 'Mozilla/5.0',
    timestamp: new Date().toISOString(),
    admin: ADA,
    ttl_seconds: 600,
  });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...to.headers };
  const wanted = { host: 'localhost', family: 4, method: 'POST', path: PATH, agent: false, ...to, headers };
  return new Promise((resolve, reject) => {
    const sent = to.isPlain === true ? httpRequest(wanted) : httpsRequest({ ...wanted, ca: company.cert });
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.end(body);
  });
}

describe('over the TLS of the gate itself', () => {
  test('a client certificate opens a request; without one, or with one of another authority, nothing is', async () => {
    const statuses = [
      await open({ port: tlsPort, cert: jet.cert, key: jet.key }),
      await open({ port: tlsPort }),
      await open({ port: tlsPort, cert: impostor.cert, key: impostor.key }),
    ];

    expect(statuses).toEqual([200, 401, 401]);
  });

  test('the plain port is on loopback alone', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((found) => found ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    if (outside === undefined) return console.log('skipped: this machine has no address but loopback');

    const answers = await Promise.all([tlsPort, gate.ports.public].map((port) => accepts(outside.address, port)));

    expect(answers).toEqual([true, false]);
  });
});

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test('a token that the CLI minted opens a request until the CLI revokes it', async () => {
  const minted = await gate.cli('service-token', 'mint', 'minted', '--label', 'e2e', '--json');
  const { token, id } = JSON.parse(minted.out) as { token: string; id: string };
  const call = () => open({ port: gate.ports.public, isPlain: true, headers: { authorization: `Bearer ${token}` } });

  const before = await call();
  const revoked = await gate.cli('service-token', 'revoke', id);
  const after = await call();

  expect({ before, code: revoked.code, after }).toEqual({ before: 200, code: 0, after: 401 });
  expect((await gate.cli('service-token', 'list')).out).toMatch(new RegExp(`${id} .*revoked`));
  expect(gate.printed.out + gate.printed.err).not.toContain(token);
}, 30_000);

test.each(PROXIES)('%s is installed where it must be', (proxy) => {
  if (isInstalled(proxy)) return;
  if ((process.env['CI'] ?? '') !== '') throw new Error(`${proxy} is not installed, and CI runs with all of them`);
  console.log(`skipped: callers behind ${proxy}, because it is not installed here`);
});

/** What a caller without a certificate may say of itself. */
const CLAIM = {
  'X-SSL-Client-Verify': 'SUCCESS',
  'X-SSL-Client-Cert': encodeURIComponent(jet.cert),
  'X-SSL-Client-Fingerprint': sha256Of(jet),
  'X-SSL-Client-S-DN': 'CN=jet',
};

test('from where the proxy calls, the claim would be believed: that it is taken off is the proxy’s promise', async () => {
  expect(await open({ port: gate.ports.public, isPlain: true, headers: CLAIM })).toBe(200);
});

describe.each(PROXIES.filter(isInstalled))('behind %s', (kind) => {
  let proxy: RunningProxy;

  beforeAll(async () => {
    proxy = await startCallersProxy(kind, { publicPort: gate.ports.public, own, clientAuthority: company.cert });
  }, 30_000);
  afterAll(() => proxy.stop());

  test('a certificate that the proxy verified opens a request', async () => {
    expect(await open({ port: proxy.port, cert: jet.cert, key: jet.key })).toBe(200);
  });

  test('without a certificate, and with headers that claim one, nothing is opened', async () => {
    const underscored = Object.fromEntries(
      Object.entries(CLAIM).map(([name, text]) => [name.replaceAll('-', '_'), text]),
    );
    const connected = { ...CLAIM, Connection: `close, ${Object.keys(CLAIM).join(', ')}` };

    const statuses = [];
    for (const headers of [{}, CLAIM, underscored, connected]) statuses.push(await open({ port: proxy.port, headers }));

    expect(statuses).toEqual([401, 401, 401, 401]);
  });

  test('a certificate of another authority opens nothing', async () => {
    // some proxies end the connection, some answer 4xx by themselves
    const answer = await open({ port: proxy.port, cert: impostor.cert, key: impostor.key }).catch(() => 'ended');

    expect(answer === 'ended' || (Number(answer) >= 400 && Number(answer) < 500)).toBe(true);
  });
});
