/** The admin plane: what the command line’s wire answers, and the metrics. */
import type { ChannelName } from '../../src/approval/brand.js';
import { describe, expect, test } from '@jest/globals';
import { ADA, HOST } from '../fixtures/http/planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { call } from '../fixtures/http/visitor-client.js';
import { BEARER, get, openAdmin, post } from '../fixtures/http/admin-calls.js';

openAdmin();

const BAD_BODY = { status: 400, code: 'bad_body' };

describe("the CLI's wire", () => {
  test('a command is run in the name of its operator', async () => {
    const answer = await post('/v1/commands', { verb: 'pending', args: { site: HOST }, operator: 'root' });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ kind: 'text', isOk: true });
    expect(planes.calls).toEqual([`command root pending {"site":"${HOST}"}`]);
  });

  test('a sign-in link for an unknown approver is 422 and says so', async () => {
    const known = await post('/v1/sign-in-links', { approver: ADA, operator: 'root' });
    const unknown = await post('/v1/sign-in-links', { approver: 'nobody', operator: 'root' });

    expect(known.status).toBe(200);
    expect(JSON.parse(known.text)).toHaveProperty('url');
    expect(unknown.status).toBe(422);
    expect(JSON.parse(unknown.text)).toMatchObject({ code: 'unknown_approver' });
  });

  test('a reload that changed nothing is 422 with its problems', async () => {
    expect((await post('/v1/reload', { operator: 'root' })).status).toBe(200);
    expect((await post('/v1/reload', { operator: 'clumsy' })).status).toBe(422);
  });

  test('the doctor answers its checks', async () => {
    expect(JSON.parse((await get('/v1/doctor')).text)).toMatchObject({ checks: [{ name: 'database', isOk: true }] });
  });

  test.each([
    ['no JSON', 'x', { status: 400, code: 'bad_json' }],
    ['a missing field', JSON.stringify({ verb: 'pending', args: {} }), BAD_BODY],
    ['an unknown field', JSON.stringify({ verb: 'pending', args: {}, operator: 'root', more: 1 }), BAD_BODY],
    ['a line', JSON.stringify({ line: 'pending', operator: 'root' }), BAD_BODY],
    [
      'an argument that is a list',
      JSON.stringify({ verb: 'show', args: { id: ['4k2m'] }, operator: 'root' }),
      BAD_BODY,
    ],
    ['an operator with a line break', JSON.stringify({ verb: 'pending', args: {}, operator: 'a\nb' }), BAD_BODY],
    [
      'a body past 16 kB',
      JSON.stringify({ verb: 'x'.repeat(20_000), args: {}, operator: 'root' }),
      { status: 413, code: 'too_large' },
    ],
  ])('%s is refused with a code and a sentence', async (_name, body, { status, code }) => {
    const answer = await call(`${planes.adminUrl}/v1/commands`, { method: 'POST', headers: BEARER, body });

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ code, error: expect.stringMatching(/\.$/) });
    expect(planes.calls).toEqual([]);
  });
});

test('metrics count what waits, what is behind and what is paused', async () => {
  await planes.accessRequest();
  const { deliveries } = planes.store.ledger;
  const [claim] = await deliveries.claim({ transport: 'talk' as ChannelName, limit: 1, leaseMs: 1_000 });
  if (claim === undefined) throw new Error('the knock has its delivery');
  const { deliveryId, claimToken, attemptId } = claim;
  await deliveries.close([
    { deliveryId, claimToken, attemptId, tookMs: 1, kind: 'paused', reason: 'http_401', probeAfterMs: 60_000 },
  ]);

  const answer = await get('/metrics');

  expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(answer.text).toContain('\nkoder_gate_pending_requests 1\n');
  expect(answer.text).toContain('\nkoder_gate_live_grants 0\n');
  expect(answer.text).toMatch(/\nkoder_gate_deliveries_behind{channel="talk",state="\w+"} 1\n/);
  expect(answer.text).toContain('\nkoder_gate_channels_paused{channel="talk"} 1\n');
});

test('metrics count what passed without a grant, by site and pattern', async () => {
  const { text } = await get('/metrics');

  const labels = `site="${HOST}",pattern="POST /webhooks/github"`;
  expect(text).toContain(`\nkoder_gate_open_path_passes_total{${labels}} 3\n`);
  expect(text).toContain(`\nkoder_gate_site_token_passes_total{site="${HOST}"} 2\n`);
  expect(text).toContain('\n# TYPE koder_gate_site_token_refusals_total counter\n');
});

describe('what applies to a site', () => {
  test('is told by any of its names, with the tokens that may be used', async () => {
    const mint = { site: HOST, label: 'uptime probe', ttlSeconds: 600, operator: 'ada' };
    const minted = JSON.parse((await post('/v1/site-tokens', mint)).text) as { id: string; token: string };
    const revoked = JSON.parse((await post('/v1/site-tokens', mint)).text) as { id: string };
    await post(`/v1/service-tokens/${revoked.id}/revoke`, { operator: 'ada' });

    const answer = await get(`/v1/sites/${HOST}`);

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      site: HOST,
      environment: 'stg',
      isGated: true,
      grantTtlSeconds: 604_800,
      openPaths: [],
      channels: [{ name: 'talk', may: 'decide' }],
      tokens: [{ id: minted.id, label: 'uptime probe', lastUsedAt: null }],
    });
    expect((JSON.parse(answer.text) as { tokens: unknown[] }).tokens).toHaveLength(1);
    expect(answer.text).not.toContain(minted.token);
  });

  test('is not told of a name that no site has', async () => {
    const answer = await get('/v1/sites/stg.exmple.org');

    expect(answer.status).toBe(404);
    expect(answer.text).toContain(`Did you mean ${HOST}?`);
  });
});

test('metrics tell what the process knows while the database is away, and that it is', async () => {
  planes.store.behave('away');

  const answer = await get('/metrics');

  expect(answer.status).toBe(200);
  expect(answer.text).toContain('\nkoder_gate_ledger_up 0\n');
  expect(answer.text).toContain('\nkoder_gate_faults_total 0\n');
  expect(answer.text).not.toContain('koder_gate_pending_requests');
});

test('a database that is away is 503 with its code', async () => {
  planes.store.behave('away');

  const answer = await get('/v1/dead-letters');

  expect(answer.status).toBe(503);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'unavailable' });
});
