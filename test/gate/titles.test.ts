/** The titles of every state of the visitor's page: each says what is the case, and no two states are told alike by accident. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestRecord } from '../../src/approval/request.js';
import {
  ask,
  BROWSER,
  forwarded,
  HOST,
  site,
  startGate,
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

let gate: RunningGate;

beforeAll(async () => {
  gate = await startGate();
});
beforeEach(() => {
  gate.fixture.forget();
  gate.fixture.answerWith(null);
  gate.fixture.outage = 'none';
});
afterAll(() => gate.stop());

const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Reply> =>
  ask(gate.port, { path, method, headers: { ...BROWSER, ...forwarded(), ...headers } });

/** By the check, which a person's navigation comes to first. */
const come = (headers?: Readonly<Record<string, string>>): Promise<Reply> => get('/auth/forward', headers);

async function opened(): Promise<RequestRecord> {
  await come();
  const [request] = gate.fixture.requests;
  if (request === undefined) throw new Error('nothing was opened');
  return request;
}

async function ended(outcome: 'denied' | 'expired' | 'withdrawn'): Promise<Reply> {
  gate.fixture.decide(await opened(), outcome);
  return come();
}

const LATER_MS = Date.UTC(2100, 0, 1);

const STATES: readonly (readonly [string, string, () => Promise<Reply>])[] = [
  ['pending', 'Access pending', () => come()],
  ['denied', 'Access denied', () => ended('denied')],
  ['expired', 'Nobody answered', () => ended('expired')],
  ['withdrawn', 'Request withdrawn', () => ended('withdrawn')],
  [
    'pending',
    'Nobody could be reached yet',
    async () => {
      gate.fixture.reach(await opened(), false);
      return come();
    },
  ],
  [
    'expired',
    'Nobody could be reached',
    async () => {
      const request = await opened();
      gate.fixture.reach(request, false);
      gate.fixture.decide(request, 'expired');
      return come();
    },
  ],
  [
    'ended',
    'Your access has ended',
    async () => {
      gate.fixture.decide(await opened(), 'approved');
      gate.fixture.revoke(gate.fixture.grant(HOST, '192.0.2.1').id - 1);
      return come();
    },
  ],
  [
    'deferred',
    'Deferred',
    () => {
      gate.fixture.answerWith({ kind: 'deferred', retryAtMs: LATER_MS });
      return come({ 'x-forwarded-for': '203.0.113.201' });
    },
  ],
  [
    'muted',
    'Not taking requests',
    () => {
      gate.fixture.answerWith({ kind: 'muted', untilMs: LATER_MS });
      return come({ 'x-forwarded-for': '203.0.113.202' });
    },
  ],
  ['closed', 'This site is closed', () => come({ 'x-forwarded-method': 'POST' })],
  ['unknown_host', 'No such site', () => come({ host: 'x.example.org', 'x-forwarded-host': 'x.example.org' })],
  ['unknown_address', 'Who is asking?', () => come({ 'x-forwarded-for': 'unknown' })],
  [
    'unavailable',
    'Please try again',
    () => {
      gate.fixture.outage = 'rejects';
      return come();
    },
  ],
  ['unknown_request', 'No such request', () => get(`/.koder-gate/wait/${'0'.repeat(32)}`)],
  ['moved', 'Your address has changed', () => get(`/.koder-gate/wait/${'0'.repeat(32)}?return=%2F`)],
  ['not_found', 'There is nothing here', () => get('/.koder-gate/wait/nonsense')],
  ['not_allowed', 'Not taken', () => get('/.koder-gate/pending', {}, 'POST')],
];

describe('the visitor reads', () => {
  test.each(STATES)('%s as “%s”', async (state, title, reach) => {
    const { body } = await reach();

    expect(/<title>([^<]*)<\/title>/.exec(body)?.[1]).toMatch(new RegExp(`^${title.replace('?', '\\?')} · `));
    expect(/<h1>([^<]*)<\/h1>/.exec(body)?.[1]).toBe(title);
    expect(/data-state="(\w+)"/.exec(body)?.[1]).toBe(state);
  });

  test('each of them in other words than the others', () => {
    expect(new Set(STATES.map(([, title]) => title)).size).toBe(STATES.length);
  });

  test('outside of the countries that may ask', async () => {
    const fenced = await startGate({ sites: [site({ geofence: ['BR'] })], country: () => 'US' });
    const { body } = await ask(fenced.port, { path: '/auth/forward', headers: { ...BROWSER, ...forwarded() } });
    await fenced.stop();

    expect(body).toContain('<title>Not available where you are · ');
  });
});
