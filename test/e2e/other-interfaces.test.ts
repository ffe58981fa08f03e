/** A gate that listens beyond loopback, for a proxy in another container: real processes, found by the CLI and guarded. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { ask, forwarded } from '../fixtures/gate/running-gate.js';
import { removeData, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { HOST, JET_TOKEN, SITES } from '../fixtures/sites/sites.js';

let gate: GateProcess | null = null;
const opened: Socket[] = [];

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await gate?.stop();
  if (gate !== null) removeData(gate.dataDir);
  gate = null;
});

const PROXY = '127.0.0.2';
const MAIL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'gate@example.org', JET_TOKEN };

test('every interface: the proxy is answered, others are not, and the start says so', async () => {
  gate = await startGate({
    sites: SITES,
    environment: { ...MAIL, GATE_HOST: '0.0.0.0', ADMIN_HOST: '0.0.0.0', TRUSTED_PROXIES: `${PROXY}/32` },
  });
  const check = { path: `/site/${HOST}/auth/forward`, headers: forwarded({ host: HOST }) };

  // in this order: one on this machine that is not trusted makes the gate not ready until a trusted one asks
  const other = await ask(gate.ports.gate, check);
  const own = await ask(gate.ports.gate, { ...check, from: PROXY });
  const ready = await ask(gate.ports.gate, { path: '/readyz' });
  const doctor = await gate.cli('doctor');

  expect([own.status, own.headers['x-koder-environment']]).toEqual([403, 'stg']);
  expect([other.status, other.body]).toEqual([403, expect.stringContaining('127.0.0.1 is none of them')]);
  expect([ready.status, ready.body]).toEqual([200, 'ready\n']);
  expect(gate.printed.err).toMatch(/gate plane listens on 0\.0\.0\.0:\d+, beyond loopback/);
  expect(gate.printed.err).toMatch(/admin plane listens on 0\.0\.0\.0:\d+, beyond loopback/);
  expect(doctor.out).toContain('proxy at 127.0.0.1');
});

/** Few enough that a dozen addresses could take all connections of a plane. */
const DESCRIPTORS = 256;
const STRANGERS = 20;
const OF_EACH = 20;

/** Connected, and silent from then on. */
async function silent(port: number, from: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined).resume();
  opened.push(socket);
  await once(socket, 'connect').catch(() => undefined);
}

test("more strangers' connections than each plane has room for keep no trusted proxy out", async () => {
  gate = await startGate({
    sites: SITES,
    environment: { ...MAIL, GATE_HOST: '0.0.0.0', TRUSTED_PROXIES: `${PROXY}/32` },
    descriptors: DESCRIPTORS,
  });
  const { gate: ofGate, public: ofPublic } = gate.ports;
  for (let at = 0; at < STRANGERS * OF_EACH; at += 1) {
    const from = `127.0.1.${String((at % STRANGERS) + 1)}`;
    await Promise.all([silent(ofGate, from), silent(ofPublic, from)]);
  }

  const checks = [];
  const answers = [];
  for (let at = 0; at < 10; at += 1) {
    const check = { path: `/site/${HOST}/auth/forward`, headers: forwarded({ host: HOST }), from: PROXY };
    checks.push((await ask(ofGate, check)).status);
    answers.push((await ask(ofPublic, { path: '/no-such-page', headers: forwarded(), from: PROXY })).status);
  }

  expect(new Set(checks)).toEqual(new Set([403]));
  expect(new Set(answers)).toEqual(new Set([404]));
  expect(gate.printed.err).toContain("the gate plane's limit for all that are no trusted proxies");
}, 60_000);

test('every interface of both families: doctor and log name a proxy by the address that its configuration has', async () => {
  gate = await startGate({ sites: SITES, environment: { ...MAIL, GATE_HOST: '::', TRUSTED_PROXIES: '127.0.0.1/32' } });

  // no site is named, then one that nobody has, then no visitor
  for (const [path, headers] of [
    ['/auth/nginx/GET/', { host: HOST, 'x-forwarded-for': '198.51.100.7' }],
    ['/site/nobody.example.org/auth/nginx/GET/', { host: HOST, 'x-forwarded-for': '198.51.100.7' }],
    [`/site/${HOST}/auth/nginx/GET/`, { host: HOST }],
  ] as const)
    expect((await ask(gate.ports.gate, { path, headers })).status).toBe(403);
  const doctor = await gate.cli('doctor');

  expect(doctor.out).toContain('127.0.0.1');
  expect(doctor.out + gate.printed.out + gate.printed.err).not.toContain('ffff');
});

test('the gate plane takes as much of a visitor’s headers as the proxies before it do', async () => {
  gate = await startGate({ sites: SITES, environment: MAIL });
  const headers = { ...forwarded({ host: HOST }), 'user-agent': 'x'.repeat(52_000) };

  const reply = await ask(gate.ports.gate, { path: `/site/${HOST}/auth/forward`, headers });

  expect(reply.status).toBe(403);
});

test('an address of its own: the CLI finds it, and by that address alone', async () => {
  const ADMIN_HOST = '127.0.0.9';
  gate = await startGate({ sites: SITES, environment: { ...MAIL, ADMIN_HOST, GATE_HOST: '127.0.0.8' } });

  const said = await gate.cli('grants');
  const metrics = (host: string): ReturnType<typeof ask> =>
    ask(gate?.ports.admin ?? 0, { host: ADMIN_HOST, path: '/metrics', headers: { host } });
  const port = String(gate.ports.admin);

  expect([said.code, said.err]).toEqual([0, '']);
  expect((await metrics(`${ADMIN_HOST}:${port}`)).status).toBe(401);
  expect((await metrics(`gate.example.org:${port}`)).status).toBe(403);
  await expect(ask(gate.ports.admin, { path: '/readyz' })).rejects.toThrow();
  await expect(ask(gate.ports.gate, { path: '/readyz' })).rejects.toThrow();
  expect((await ask(gate.ports.gate, { host: '127.0.0.8', path: '/readyz' })).status).toBe(200);
  expect(gate.printed.err).not.toContain('beyond loopback');
});
