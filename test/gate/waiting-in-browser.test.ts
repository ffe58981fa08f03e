/**
 * The waiting page in a real browser, behind a small reverse proxy that can give its visitor another address: it notices,
 * says so and asks anew; it survives a cut stream and a gate that is away; and a service worker is no way to be locked out.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { SiteKey } from '../../src/approval/brand.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { site, startGate, type RunningGate } from '../fixtures/gate/running-gate.js';

const FIRST = '203.0.113.50';
const SECOND = '198.51.100.60';
/** A person waits no longer than that for a page to notice. */
const SOON_MS = 15_000;

interface Front {
  readonly url: string;
  address: string;
  /** How the gate is reached; `away`: as a proxy answers while it is not. */
  gateIs: 'here' | 'away';
  /** Every question for the status of a request. */
  readonly asked: string[];
  cutConnections(): void;
  close(): Promise<void>;
}

describeInBrowser('the waiting page', () => {
  let gate: RunningGate;
  let front: Front;
  let context: BrowserContext;
  let page: Page;

  beforeEach(async () => {
    const key = 'localhost' as SiteKey;
    gate = await startGate({ sites: [site({ key, domains: ['localhost'] })] });
    front = await startFront(gate.port);
    context = await browser.newContext({ viewport: { width: 390, height: 700 } });
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    await front.close();
    await gate.stop();
  });

  const addresses = (): readonly string[] => gate.fixture.accessRequests.map(({ address }) => address);
  const state = (name: string): Promise<void> =>
    page.locator(`main[data-state="${name}"]`).waitFor({ timeout: SOON_MS });

  test.each([
    ['its connections are cut', true],
    ['its connections live on', false],
  ])(
    'says that the address has changed and asks anew, where %s',
    async (_how, isCut) => {
      await page.goto(`${front.url}/deep?a=1#part`);
      await state('pending');

      front.address = SECOND;
      if (isCut) front.cutConnections();
      await state('moved');
      const title = await page.title();
      await state('pending');

      expect(title).toBe('Your address has changed · localhost');
      expect(addresses()).toEqual([FIRST, SECOND]);
      expect(page.url()).toBe(`${front.url}/deep?a=1#part`);
      const [, second] = gate.fixture.requests;
      if (second === undefined) throw new Error('no second request');
      gate.fixture.decide(second, 'approved');
      await page.getByRole('heading', { name: 'The site' }).waitFor({ timeout: SOON_MS });
    },
    60_000,
  );

  test('an address that comes and goes is not asked for again and again', async () => {
    await page.goto(`${front.url}/`);
    await state('pending');
    let answered = 0;
    page.on('response', (response) => {
      if (!response.url().includes('/status/')) return;
      answered += 1;
      front.address = answered % 2 === 0 ? FIRST : SECOND;
    });

    await page.waitForResponse((response) => response.url().includes('/status/') && answered >= 4, { timeout: 40_000 });

    expect(new Set(addresses())).toEqual(new Set([FIRST]));
    expect(await page.locator('main').getAttribute('data-state')).toBe('pending');
  }, 60_000);

  test('says that the gate is away, backs off, and goes on when it is back', async () => {
    await page.goto(`${front.url}/`);
    await state('pending');
    front.gateIs = 'away';
    front.cutConnections();
    await page.getByText('The gate does not answer. This page tries again by itself.').waitFor({ timeout: SOON_MS });
    const asked = front.asked.filter((one) => one.includes('/status/')).length;
    front.gateIs = 'here';
    const [request] = gate.fixture.requests;
    if (request !== undefined) gate.fixture.decide(request, 'denied');
    await state('denied');

    expect(asked).toBeLessThan(8);
    expect(addresses()).toEqual([FIRST]);
  }, 60_000);

  test('says that it is offline, and goes on when it is back', async () => {
    await page.goto(`${front.url}/`);
    await state('pending');
    await context.setOffline(true);
    await page.getByText('You are offline.').waitFor({ timeout: SOON_MS });
    const [request] = gate.fixture.requests;
    if (request !== undefined) gate.fixture.decide(request, 'approved');
    await context.setOffline(false);

    await page.getByRole('heading', { name: 'The site' }).waitFor({ timeout: SOON_MS });
  }, 60_000);

  test('without scripts it goes on by a refresh, and asks anew for another address', async () => {
    const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await plain.goto(`${front.url}/deep`);
    const refresh = await plain.locator('noscript meta, meta[http-equiv="refresh"]').first().getAttribute('content');
    const wait = /url=(.+)$/.exec(refresh ?? '')?.[1] ?? '';

    front.address = SECOND;
    await plain.goto(front.url + wait);
    expect(await plain.getByRole('heading', { level: 1 }).textContent()).toBe('Your address has changed');
    await plain.waitForURL(`${front.url}/deep`, { timeout: SOON_MS });

    expect(await plain.getByRole('heading', { level: 1 }).textContent()).toBe('Access pending');
    expect(addresses()).toEqual([FIRST, SECOND]);
    await plain.context().close();
  }, 60_000);

  test('behind a service worker a visitor whose grant is gone can ask again', async () => {
    const grant = gate.fixture.grant('localhost', FIRST);
    await page.goto(`${front.url}/with-worker`);
    await page.waitForFunction('navigator.serviceWorker.controller !== null', undefined, { timeout: SOON_MS });
    gate.fixture.revoke(grant.id);

    await page.goto(`${front.url}/deep`);
    await state('pending');

    expect(front.asked).toContain('navigate/empty');
    expect(addresses()).toEqual([FIRST]);
    expect(gate.fixture.accessRequests[0]?.path).toBe('/deep');
    const fetched = await page.evaluate(async () => {
      const answer = await fetch('/api/cart');
      return [answer.status, answer.headers.get('content-type')];
    });
    expect(fetched).toEqual([403, 'application/problem+json']);
    expect(addresses()).toHaveLength(1);
  }, 60_000);
});

const WORKER = `
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));
`;

async function startFront(gatePort: number): Promise<Front> {
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: Front = {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    address: FIRST,
    gateIs: 'here',
    asked: [],
    cutConnections: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '/';
    const { 'sec-fetch-mode': mode = '', 'sec-fetch-dest': dest = '' } = request.headers;
    const isOwn = url.startsWith('/.koder-gate/');
    front.asked.push(...(url.includes('/status/') ? [url] : []), `${mode}/${dest}`);
    if (front.gateIs === 'away') return void response.writeHead(502).end();
    const headers = {
      ...request.headers,
      'x-forwarded-for': front.address,
      'x-forwarded-host': 'localhost',
      'x-forwarded-method': request.method,
      'x-forwarded-uri': url,
    };
    const path = `/site/localhost${isOwn ? url : '/auth/forward'}`;
    const question = httpRequest({ host: '127.0.0.1', port: gatePort, path, headers }, (answer) => {
      if (!isOwn && answer.statusCode === 204) return serve(url, response);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    question.on('error', () => response.destroy());
    response.on('close', () => question.destroy());
    question.end();
  }
  return front;
}

/** The protected site; one of its pages registers a service worker that passes everything on. */
function serve(url: string, response: ServerResponse): void {
  if (url === '/worker.js') return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(WORKER);
  const script = url === '/with-worker' ? `<script>navigator.serviceWorker.register('/worker.js')</script>` : '';
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>The site</h1>${script}`);
}
