/** Connections that say little or nothing, at a real gate with few file descriptors: the checks go on, and nobody dawdles for long. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { visit } from '../fixtures/processes/people.js';
import { JET_TOKEN } from '../fixtures/sites/sites.js';

/** Far fewer than the flood has. */
const DESCRIPTORS = 256;
const FLOOD = 400;
const TEST_MS = 90_000;
/** The declared time-outs, and what a busy machine adds. */
const HEADERS_MS = 10_000;
const BODY_MS = 30_000;
const SLACK_MS = 6_000;

let fixture: Fixture;
const opened: Socket[] = [];

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await fixture.close();
});

async function open(port: number, first = ''): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined).resume();
  opened.push(socket);
  await once(socket, 'connect');
  if (first !== '') socket.write(first);
  return socket;
}

/** How long the other side keeps a connection that says no more than it has said. */
async function keptMs(opening: Promise<Socket>): Promise<number> {
  const startMs = performance.now();
  const socket = await opening;
  await new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
  return performance.now() - startMs;
}

const HALF_A_HEADER = 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
const A_SLOW_BODY = `POST /v1/auth-gate/approvals HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${JET_TOKEN}\r\nContent-Length: 100\r\n\r\nfew`;

test(
  'a flood of idle connections on the public plane leaves the checks, the admin plane and the database as they were',
  async () => {
    fixture = await openFixture('sqlite', { descriptors: DESCRIPTORS });
    const { gate } = fixture;
    await Promise.all(Array.from({ length: FLOOD }, () => open(gate.ports.public).catch(() => undefined)));

    const visits = [];
    for (let n = 0; n < 50; n += 1) visits.push((await visit(gate, `198.51.${String(n)}.7`)).status);

    expect(new Set(visits)).toEqual(new Set([403]));
    expect((await gate.admin('/readyz')).status).toBe(200);
    expect((await gate.cli('pending')).code).toBe(0);
    expect(gate.printed.err).toContain('too few file descriptors');
    expect((await gate.cli('doctor')).out).toMatch(/file descriptors/);
  },
  TEST_MS,
);

test(
  'half a header, a silent connection and a slow body end when the declared time is over, on every plane',
  async () => {
    fixture = await openFixture('sqlite');
    const { public: ofPublic, gate, admin } = fixture.gate.ports;
    const planes = [ofPublic, gate, admin];

    const [headers, silent, bodies] = await Promise.all([
      Promise.all(planes.map((port) => keptMs(open(port, HALF_A_HEADER)))),
      Promise.all(planes.map((port) => keptMs(open(port)))),
      Promise.all([ofPublic].map((port) => keptMs(open(port, A_SLOW_BODY)))),
    ]);

    for (const ms of [...headers, ...silent]) expect(ms).toBeLessThan(HEADERS_MS + SLACK_MS);
    for (const ms of bodies) expect(ms).toBeLessThan(BODY_MS + SLACK_MS);
  },
  TEST_MS,
);
