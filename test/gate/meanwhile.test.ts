/** What happens while a page is made: the desk fails, or the visitor is let in meanwhile. For every family of proxies. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ask,
  BROWSER,
  forwarded,
  HOST,
  named,
  startGate,
  VISITOR,
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

let gate: RunningGate;

beforeEach(async () => {
  gate = await startGate();
});

afterEach(() => gate.stop());

/** How a family asks for a page; what a visitor who may pass is answered. */
const FAMILIES = [
  ['nginx', '/.koder-gate/pending', 303],
  ['forward', '/auth/forward', 204],
  ['envoy', '/auth/envoy/deep?x=1', 200],
] as const;

describe.each(FAMILIES)('%s', (_family, path, passes) => {
  const visit = (): Promise<Reply> =>
    ask(gate.port, { path: named(path), headers: { ...BROWSER, ...forwarded({ uri: '/deep?x=1' }) } });

  test('a desk that throws is no page of a broken gate, lets nobody in, and is asked again', async () => {
    const honest = gate.fixture.desk.open;
    Object.assign(gate.fixture.desk, { open: () => Promise.reject(new Error('a bug')) });

    const broken = await visit();
    Object.assign(gate.fixture.desk, { open: honest });
    const after = await visit();

    expect([broken.status, after.status]).toEqual([403, 403]);
    expect(broken.body).toContain('<h1');
    expect(broken.body).not.toContain('a bug');
    expect(broken.headers['retry-after']).toBe('30');
    expect(gate.fixture.requests).toHaveLength(1);
    expect(after.body).toContain('Access pending');
  });

  test('who is let in while the page is made passes at once', async () => {
    await visit();
    const [request] = gate.fixture.requests;
    if (request === undefined) throw new Error('nothing was opened');
    const release = gate.fixture.hold();
    const asked = visit();
    while (gate.fixture.accessRequests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    gate.fixture.decide(request, 'approved');
    release();

    const answer = await asked;

    expect(answer.status).toBe(passes);
    expect(answer.body).toBe('');
    // nginx names the page in its check alone
    if (passes === 303) expect(answer.headers.location).toBe('/');
    else expect(answer.headers['x-gate-address']).toBe(VISITOR);
  });

  test('who was let in and locked out again meanwhile does not pass', async () => {
    await visit();
    const [request] = gate.fixture.requests;
    if (request === undefined) throw new Error('nothing was opened');
    const release = gate.fixture.hold();
    const asked = visit();
    while (gate.fixture.accessRequests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    gate.fixture.decide(request, 'approved');
    const grant = await gate.fixture.ledger.grants.find(HOST as never, VISITOR as never);
    gate.fixture.revoke(grant?.id ?? 0);
    release();

    expect((await asked).status).toBe(403);
  });
});
