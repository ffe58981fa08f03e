/** A trusted proxy with an IPv6 address of its own, in a /64 where visitors may have grants: they do not count for the proxy. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  ask,
  BROWSER,
  forwarded,
  HOST,
  named,
  site,
  startGate,
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

const PROXY = '2001:db8:1:2::5';
const NEIGHBOUR = '2001:db8:1:2::6';

let gate: RunningGate;

beforeEach(async () => {
  gate = await startGate({ trustedProxies: ['127.0.0.1/32', `${PROXY}/128`, '::1/128'] });
});

afterEach(() => gate.stop());

const asksFor = (address: string): Promise<Reply> =>
  ask(gate.port, { path: named('/auth/forward'), headers: { ...BROWSER, ...forwarded({ address }) } });

test('a grant of the /64 lets in the neighbours, and not the proxy', async () => {
  gate.fixture.grant(HOST, '2001:db8:1:2::/64');

  expect([(await asksFor(NEIGHBOUR)).status, (await asksFor(PROXY)).status]).toEqual([204, 403]);
});

test('nobody is asked for the proxy, and the page says why', async () => {
  const reply = await asksFor(PROXY);

  expect(reply.body).toContain(`Nobody can be let in as ${PROXY}`);
  expect(gate.fixture.accessRequests).toEqual([]);
});

test('a neighbour may ask', async () => {
  await asksFor(NEIGHBOUR);

  expect(gate.fixture.accessRequests.map(({ address }) => address)).toEqual(['2001:db8:1:2::/64']);
});

test('where the site allows it, the proxy passes as well', async () => {
  gate.directory = {
    ...gate.directory,
    siteOf: () => site({ allowProxyAddress: true }),
    sites: [site({ allowProxyAddress: true })],
  };
  gate.fixture.grant(HOST, '2001:db8:1:2::/64');

  expect((await asksFor(PROXY)).status).toBe(204);
});

test('a grant that an operator gave loopback counts: nobody is beside it', async () => {
  gate.fixture.grant(HOST, '::/64');

  expect((await asksFor('::1')).status).toBe(204);
});
