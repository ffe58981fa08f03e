/** The page that waits: what it shows, and where it leads. */
import { describe, expect, test } from '@jest/globals';
import { stateOf } from '../fixtures/gate/running-gate.js';
import { gate, open, opened, openPages, WAYS } from '../fixtures/gate/pages.js';

openPages();

describe('the wait page', () => {
  // the request's own path is no answer: whoever shares the address shares the request, and may not learn what was asked for first
  test.each([
    ['?return=%2Fshop%3Fa%3D1', '/shop?a=1'],
    ['?return=%2Fother', '/other'],
    ['', '/'],
  ])('goes on to what this very browser asked for: %s', async (query, location) => {
    const request = await opened();
    gate.fixture.decide(request, 'approved');

    const reply = await open(`/.koder-gate/wait/${request.statusId}${query}`);

    expect([reply.status, reply.headers.location]).toEqual([303, location]);
  });

  test('shows an expiry as what it is, with the way to ask again', async () => {
    const request = await opened();
    gate.fixture.decide(request, 'expired');

    const reply = await open(`/.koder-gate/wait/${request.statusId}?return=%2Fshop%3Fa%3D1`);

    expect(stateOf(reply)).toBe('expired');
    expect(reply.body).toContain('<a class="button" href="/shop?a=1">Ask again</a>');
    expect(gate.fixture.accessRequests).toHaveLength(1);
  });

  test.each([
    ['another address', { 'x-forwarded-for': '198.51.100.9' }],
    ['another host', { host: 'www.stg.example.org' }],
  ])('tells %s nothing', async (_who, headers) => {
    const request = await opened();

    expect(stateOf(await open(`/.koder-gate/wait/${request.statusId}`, headers))).toBe('unknown_request');
    expect((await open(`/.koder-gate/status/${request.statusId}`, headers)).status).toBe(404);
  });

  test('tells who waited that the address has changed, and goes on to ask for the new one', async () => {
    const request = await opened();
    const elsewhere = { 'x-forwarded-for': '198.51.100.9' };

    const reply = await open(`/.koder-gate/wait/${request.statusId}?return=%2Fshop%3Fa%3D1`, elsewhere);

    expect([reply.status, stateOf(reply), gate.fixture.accessRequests.length]).toEqual([403, 'moved', 1]);
    expect(reply.body).toContain('The earlier request stays open until it is answered or expires.');
    expect(reply.body).toMatch(/<noscript\s*><meta http-equiv="refresh" content="5; url=\/shop\?a=1"/);
    expect(reply.body).toContain('<a class="button" href="/shop?a=1">Ask again now</a>');
  });

  test.each(['//evil.test/x', '/\\evil.test', 'https://evil.test/', '/.koder-gate/pending'])(
    'goes on to no other host or place than the site: %s',
    async (path) => {
      const request = await opened();
      const url = `/.koder-gate/wait/${request.statusId}?return=${encodeURIComponent(path)}`;

      const reply = await open(url, { 'x-forwarded-for': '198.51.100.9' });

      expect(reply.body).toMatch(/http-equiv="refresh" content="5; url=\/"/);
    },
  );

  test.each(['//evil.test/x', '/\\evil.test', 'https://evil.test/', '/.koder-gate/pending', '/\tevil'])(
    'never leads to %s',
    async (uri) => {
      const request = await opened();
      gate.fixture.decide(request, 'approved');

      const reply = await open(`/.koder-gate/wait/${request.statusId}?return=${encodeURIComponent(uri)}`);

      expect([reply.status, reply.headers.location]).toEqual([303, '/']);
    },
  );
});

describe('another browser behind the same address', () => {
  const SECRET = /SECRET|%2Freset|\/reset/;
  const byFirst = (): Promise<unknown> => open('/auth/forward', {}, '/reset?token=SECRET');

  test.each(WAYS)('is led back to what it asked for itself while the request waits: %s', async (way) => {
    await byFirst();

    const { body } = await open(way, {}, '/');

    expect(body).toContain('data-return="/"');
    expect(body).not.toMatch(SECRET);
    expect(gate.fixture.requests).toMatchObject([{ path: '/reset?token=SECRET' }]);
  });

  test.each(['approved', 'denied', 'expired', 'withdrawn'] as const)(
    'reads nothing of the first one’s path once it is %s',
    async (outcome) => {
      await byFirst();
      const request = await opened();
      gate.fixture.decide(request, outcome);

      for (const [path, uri] of [
        [`/.koder-gate/wait/${request.statusId}`, '/'],
        [`/.koder-gate/status/${request.statusId}`, '/'],
        ['/auth/forward', '/mine'],
        ['/.koder-gate/pending', '/mine'],
      ] as const) {
        const reply = await open(path, {}, uri);

        expect(`${reply.body} ${reply.headers.location ?? ''}`).not.toMatch(SECRET);
      }
    },
  );
});

test('leads back to a file that the browser said it navigates to', async () => {
  const { body } = await open(
    '/auth/forward',
    { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    '/plan.pdf.xml',
  );

  expect(body).toContain('data-return="/plan.pdf.xml"');
});
