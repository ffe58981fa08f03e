/**
 * The variants for a proxy behind Cloudflare or behind a second proxy: the edge says who the visitor is, and nobody else does.
 * The edge connects from an address of its own; other visitors come straight to the proxy.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addressRefusal, visitorAddresses } from '../../src/desk/requests/visitor-address.js';
import { HOST, site, startGate, type RunningGate } from '../fixtures/gate/running-gate.js';
import { EDGE, isInstalled, PROXIES, startProxy, type Edge, type RunningProxy } from '../fixtures/proxies/proxies.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { MARK, startApp, type RunningApp, type Told } from '../fixtures/sites/site-app.js';

const TRUSTED = ['127.0.0.1/32'];
const EDGES = [`${EDGE}/32`];
const FRIEND = '203.0.113.7';
const STRANGER = '203.0.113.8';
const PERSON = ['Accept: text/html', 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/148.0.0.0'];

/** What the edge writes of a visitor who sent `lies` himself. */
const SAYS: Readonly<Record<Edge, (address: string) => readonly string[]>> = {
  cloudflare: (address) => [`CF-Connecting-IP: ${address}`, `X-Forwarded-For: 198.18.0.1, ${address}`],
  proxy: (address) => [`X-Forwarded-For: 198.18.0.1, ${address}`],
};

const CASES = PROXIES.filter(isInstalled).flatMap((kind) =>
  (['cloudflare', 'proxy'] as const).map((edge) => ({ kind, edge })),
);

describe.each(CASES)('$kind behind an edge: $edge', ({ kind, edge }) => {
  let gate: RunningGate;
  let app: RunningApp;
  let proxy: RunningProxy;

  beforeAll(async () => {
    gate = await startGate({ trustedProxies: TRUSTED, edgeNetworks: EDGES, sites: [site()] });
    app = await startApp();
    proxy = await startProxy(kind, { gatePort: gate.port, appPort: app.port, host: HOST, edge });
  });

  afterAll(async () => {
    await proxy.stop();
    app.stop();
    await gate.stop();
  });

  beforeEach(() => {
    gate.fixture.forget();
    gate.fixture.grant(HOST, FRIEND);
    // nginx leaves the edge's own address: that the desk asks nobody of an edge's address counts here
    const parts = { directory: () => gate.directory, addresses: visitorAddresses(TRUSTED, EDGES) };
    gate.fixture.refuseBy((accessRequest) => addressRefusal(parts, accessRequest));
  });

  const get = (from: string, path: string, headers: readonly string[]): Promise<string> =>
    rawCall({
      port: proxy.port,
      from,
      text: lines(`GET ${path} HTTP/1.1`, `Host: ${HOST}`, ...PERSON, ...headers),
    });
  const asked = (): readonly string[] => gate.fixture.accessRequests.map(({ address }) => address);

  test('the visitor is whom the edge names, to the gate and to the site', async () => {
    const answer = await get(EDGE, '/', SAYS[edge](FRIEND));
    const told = JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? '{}') as Partial<Told>;

    expect(statusOf(answer)).toBe(200);
    expect([told.headers?.['x-gate-address'], told.headers?.['x-forwarded-for']]).toEqual([FRIEND, FRIEND]);
  });

  test('a stranger behind the edge is asked for by the address that he has, and waits on a page of his own', async () => {
    const answer = await get(EDGE, '/', SAYS[edge](STRANGER));
    const wait = `/.koder-gate/wait/${gate.fixture.requests[0]?.statusId ?? ''}`;

    expect([statusOf(answer), asked()]).toEqual([403, [STRANGER]]);
    expect(await get(EDGE, wait, SAYS[edge](STRANGER))).toContain('Access pending');
    expect(await get(EDGE, wait, SAYS[edge](FRIEND))).not.toContain('Access pending');
  });

  test('somebody else who says what the edge says is who he is', async () => {
    const answer = await get('127.0.0.3', '/', SAYS[edge](FRIEND));

    expect([statusOf(answer), answer.includes(MARK)]).toEqual([403, false]);
    expect(asked()).not.toContain(FRIEND);
  });

  test('an edge that does not say who the visitor is speaks for nobody', async () => {
    const answer = await get(EDGE, '/', []);

    expect([statusOf(answer), answer.includes(MARK)]).toEqual([403, false]);
    expect(gate.fixture.requests).toEqual([]);
  });

  // Cloudflare says one address
  if (edge === 'proxy')
    test('the last of what it says counts, on several lines too', async () => {
      const chains = [[FRIEND, STRANGER], [STRANGER, FRIEND], [`${FRIEND}, nobody`]];

      const answers: number[] = [];
      for (const chain of chains) {
        const says = chain.map((hop) => `X-Forwarded-For: ${hop}`);
        answers.push(statusOf(await get(EDGE, '/', says)));
      }

      expect(answers).toEqual([403, 200, 403]);
    });
});
