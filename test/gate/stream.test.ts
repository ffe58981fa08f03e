/** The stream and its fallback: the outcome, once, to the host and the address that asked. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import type { RequestRecord } from '../../src/approval/request.js';
import { HEARTBEAT_MS, MAX_STREAMS_AN_ADDRESS } from '../../src/gate/visitor/streams.js';
import { manualClock, type ManualClock } from '../fixtures/time/manual-clock.js';
import { ask, BROWSER, forwarded, openAnswer, startGate, type RunningGate } from '../fixtures/gate/running-gate.js';

let gate: RunningGate;
let request: RequestRecord;

beforeEach(async () => {
  gate = await startGate();
  await ask(gate.port, { path: '/auth/forward', headers: { ...BROWSER, ...forwarded() } });
  const [opened] = gate.fixture.requests;
  if (opened === undefined) throw new Error('nothing was opened');
  request = opened;
});

afterEach(() => gate.stop());

const listen = (headers = forwarded(), id: string = request.statusId): Promise<IncomingMessage> =>
  openAnswer(gate.port, { path: `/.koder-gate/stream/${id}`, headers });

/** Resolves when the stream has begun, and with it the gate watches. */
async function begun(stream: IncomingMessage): Promise<AsyncIterator<unknown>> {
  const chunks = stream[Symbol.asyncIterator]();
  await chunks.next();
  return chunks;
}

async function rest(chunks: AsyncIterator<unknown>): Promise<string> {
  let text = '';
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) text += String(next.value);
  return text;
}

test.each(['approved', 'denied', 'expired', 'withdrawn'] as const)('tells %s, and ends', async (outcome) => {
  const stream = await listen();
  const chunks = await begun(stream);
  gate.fixture.decide(request, outcome);

  expect([stream.statusCode, stream.headers['content-type']]).toEqual([200, 'text/event-stream']);
  expect(await rest(chunks)).toBe(`event: outcome\ndata: ${outcome}\n\n`);
});

test('says when nobody could be reached, and when somebody was after all, and goes on to the outcome', async () => {
  const chunks = await begun(await listen());
  const next = async (): Promise<string> => String((await chunks.next()).value);

  gate.fixture.reach(request, false);
  const unreached = await next();
  gate.fixture.reach(request, true);
  const reached = await next();
  gate.fixture.decide(request, 'approved');

  expect([unreached, reached]).toEqual(['event: news\ndata: unreached\n\n', 'event: news\ndata: reached\n\n']);
  expect(await rest(chunks)).toBe('event: outcome\ndata: approved\n\n');
});

test('who is told "approved" passes at once', async () => {
  const chunks = await begun(await listen());
  gate.fixture.decide(request, 'approved');
  await rest(chunks);

  expect((await ask(gate.port, { path: '/auth/nginx', headers: forwarded() })).status).toBe(204);
});

test('tells at once what was decided before it began', async () => {
  gate.fixture.decide(request, 'denied');

  expect(await rest((await listen())[Symbol.asyncIterator]())).toContain('data: denied');
});

test('looks again when changes may have been missed', async () => {
  const chunks = await begun(await listen());
  const at = gate.fixture.requests.indexOf(request);
  const decision = { outcome: 'denied', by: 'ada@example.org', over: 'page', atMs: 0, grantedUntilMs: null } as const;
  gate.fixture.requests[at] = { ...request, decision }; // decided elsewhere, and the hint was lost
  gate.fixture.emit({ kind: 'lost' });
  gate.fixture.emit({ kind: 'regained' });

  expect(await rest(chunks)).toContain('data: denied');
});

describe('with a heartbeat', () => {
  let clock: ManualClock;
  let beating: RunningGate;
  let waiting: RequestRecord;

  beforeEach(async () => {
    clock = manualClock();
    beating = await startGate({ clock });
    await ask(beating.port, { path: '/auth/forward', headers: { ...BROWSER, ...forwarded() } });
    const [opened] = beating.fixture.requests;
    if (opened === undefined) throw new Error('nothing was opened');
    waiting = opened;
  });

  afterEach(() => beating.stop());

  async function watched(): Promise<AsyncIterator<unknown>> {
    const headers = forwarded();
    return begun(await openAnswer(beating.port, { path: `/.koder-gate/stream/${waiting.statusId}`, headers }));
  }

  test('a stream stays alive, time and again, within what a proxy waits', async () => {
    const chunks = await watched();

    for (let beats = 0; beats < 3; beats += 1) {
      await clock.advance(HEARTBEAT_MS);
      expect(String((await chunks.next()).value)).toMatch(/^(: here\n\n)+$/);
    }
  });

  test('the outcome is told though every hint of it was lost', async () => {
    const chunks = await watched();
    const at = beating.fixture.requests.indexOf(waiting);
    const decision = { outcome: 'denied', by: 'ada@example.org', over: 'page', atMs: 0, grantedUntilMs: null } as const;
    beating.fixture.requests[at] = { ...waiting, decision };

    await clock.advance(HEARTBEAT_MS);

    expect(await rest(chunks)).toMatch(/^: here\n\nevent: outcome\ndata: denied\n\n$/);
  });

  test('beats are spread: the first comes between half the time and the whole', async () => {
    const chunks = await watched();
    const at = beating.fixture.requests.indexOf(waiting);
    await clock.advance(HEARTBEAT_MS / 2 - 1);
    const early = chunks.next();
    beating.fixture.reach(waiting, false);

    expect(String((await early).value)).toBe('event: news\ndata: unreached\n\n');
    expect(beating.fixture.requests[at]).toMatchObject({ isNobodyReached: true });
    await clock.advance(HEARTBEAT_MS / 2 + 1);
    expect(String((await chunks.next()).value)).toBe(': here\n\n');
  });

  test('one that has ended beats no more', async () => {
    const chunks = await watched();
    beating.fixture.decide(waiting, 'denied');
    await rest(chunks);

    await clock.advance(10 * HEARTBEAT_MS);

    expect((await chunks.next()).done).toBe(true);
  });
});

test.each([
  ['another address', forwarded({ address: '198.51.100.9' })],
  ['another host', forwarded({ host: 'www.stg.example.org' })],
  ['an unknown address', forwarded({ address: 'unknown' })],
])('tells %s nothing', async (_who, headers) => {
  expect((await listen(headers)).statusCode).toBe(404);
});

test('an unknown name is not found', async () => {
  expect((await listen(forwarded(), '0'.repeat(32))).statusCode).toBe(404);
});

test('an address has eight streams and no ninth, until one ends', async () => {
  const held = await Promise.all(Array.from({ length: MAX_STREAMS_AN_ADDRESS }, () => listen()));
  const ninth = await listen();
  ninth.resume();
  const [first] = held;
  const gone = new Promise((resolve) => first?.once('close', resolve));
  first?.destroy();
  await gone;

  expect(held.map(({ statusCode }) => statusCode)).toEqual(held.map(() => 200));
  expect(ninth.statusCode).toBe(429);
  expect(await eventually(async () => (await listen()).statusCode === 200)).toBe(true);
});

test('an IPv6 network has eight streams, whatever addresses it comes from', async () => {
  const from = (host: number): Record<string, string> => forwarded({ address: `2001:db8:1:2::${String(host)}` });
  await ask(gate.port, { path: '/auth/forward', headers: { ...BROWSER, ...from(1) } });
  const [, asked] = gate.fixture.requests;

  const statuses: unknown[] = [];
  for (let host = 1; host <= MAX_STREAMS_AN_ADDRESS + 1; host += 1) {
    const stream = await listen(from(host), asked?.statusId);
    statuses.push(stream.statusCode);
    stream.once('error', () => undefined);
  }

  expect(statuses).toEqual([...Array.from({ length: MAX_STREAMS_AN_ADDRESS }, () => 200), 429]);
});

test('the fallback tells the same', async () => {
  const status = async (): Promise<unknown> =>
    JSON.parse((await ask(gate.port, { path: `/.koder-gate/status/${request.statusId}`, headers: forwarded() })).body);
  const before = await status();
  gate.fixture.decide(request, 'approved');

  expect([before, await status()]).toEqual([{ status: 'pending' }, { status: 'approved' }]);
});

test('a stop ends the streams', async () => {
  const chunks = await begun(await listen());
  await gate.gate.stop();

  expect(await rest(chunks)).toBe('');
});

/** The gate hears of a closed socket a moment after the client closed it. */
async function eventually(isSo: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await isSo()) return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}
