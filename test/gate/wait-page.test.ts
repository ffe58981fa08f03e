/** The page that waits: what it shows, and where it leads. */
import { describe, expect, test } from '@jest/globals';
import { stateOf } from '../fixtures/gate/running-gate.js';
import { gate, open, opened, openPages } from '../fixtures/gate/pages.js';

openPages();

describe('the wait page', () => {
  test('goes on to what was asked for first', async () => {
    const request = await opened();
    gate.fixture.decide(request, 'approved');

    const reply = await open(`/.koder-gate/wait/${request.statusId}`);

    expect([reply.status, reply.headers.location]).toEqual([303, '/shop?a=1']);
  });

  test('shows an expiry as what it is, with the way to ask again', async () => {
    const request = await opened();
    gate.fixture.decide(request, 'expired');

    const reply = await open(`/.koder-gate/wait/${request.statusId}`);

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
      await open('/auth/forward', {}, encodeURI(uri) === uri ? uri : '/');
      const [request] = gate.fixture.requests;
      gate.fixture.decide(request ?? (await opened()), 'approved');

      const reply = await open(`/.koder-gate/wait/${request?.statusId ?? ''}`);

      expect([reply.status, reply.headers.location]).toEqual([303, '/']);
    },
  );
});
