/** The public plane speaks TLS and its certificate is renewed on disk: a reload serves the new one and cuts nobody off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeAuthority, type MadeCertificate } from '../fakes/certificate.js';
import { freePort } from '../fixtures/network/ports.js';
import { eventually } from '../fixtures/time/eventually.js';
import { removeData, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { EMBEDDED_TALK, JET_TOKEN, SITES } from '../fixtures/sites/sites.js';

const authority = makeAuthority('Company CA');
const MAIL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'gate@example.org' };
let folder: string;
let port: number;
let gate: GateProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-tls-'));
  port = await freePort();
  write(authority.issue('first.example.org'));
  gate = await startGate({
    sites: SITES,
    environment: {
      ...EMBEDDED_TALK,
      ...MAIL,
      JET_TOKEN,
      PUBLIC_TLS_PORT: String(port),
      PUBLIC_TLS_CERT_FILE: join(folder, 'cert.pem'),
      PUBLIC_TLS_KEY_FILE: join(folder, 'key.pem'),
    },
  });
});

afterEach(async () => {
  await gate.stop();
  removeData(gate.dataDir);
  rmSync(folder, { recursive: true });
});

function write({ cert, key }: MadeCertificate): void {
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
}

/** The name in the certificate that a new connection is shown. */
function shown(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const { CN } = socket.getPeerCertificate().subject;
      resolve(String(CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function health(agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/healthz', agent, rejectUnauthorized: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

test('gate reload serves the new certificate to new connections, and an open one goes on', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await health(agent)).toBe(200);
  write(authority.issue('renewed.example.org'));

  expect((await gate.cli('reload')).code).toBe(0);

  expect(await shown()).toBe('renewed.example.org');
  const [open] = Object.values(agent.freeSockets).flat();
  expect(await health(agent)).toBe(200);
  expect(Object.values(agent.freeSockets).flat()).toEqual([open]);
  agent.destroy();
}, 60_000);

test('SIGHUP does the same', async () => {
  write(authority.issue('renewed.example.org'));

  gate.child.kill('SIGHUP');

  await eventually('the new one is shown', async () => (await shown()) === 'renewed.example.org');
}, 60_000);

test('a key that does not belong to the certificate changes nothing, and is said', async () => {
  write({ ...authority.issue('renewed.example.org'), key: authority.issue('other.example.org').key });

  const reload = await gate.cli('reload');
  gate.child.kill('SIGHUP');

  expect(reload.code).toBe(78);
  expect(reload.err).toContain('PUBLIC_TLS_KEY');
  expect(reload.err).toContain('does not belong to PUBLIC_TLS_CERT');
  await eventually('the log says it', () => gate.printed.err.includes('does not belong to PUBLIC_TLS_CERT'));
  expect(await shown()).toBe('first.example.org');
}, 60_000);

test('doctor says when the certificate ends', async () => {
  const { out } = await gate.cli('doctor');

  expect(out).toMatch(/\nwarn {2}certificate: PUBLIC_TLS_CERT ends at \d{4}-/);
}, 60_000);
