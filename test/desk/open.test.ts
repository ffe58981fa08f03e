/** A visitor's access request. */
import { describe, expect, test } from '@jest/globals';
import { TOKEN_PURPOSE } from '../../src/approval/seal-purpose.js';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { approver, site } from '../fixtures/sites/directory.js';
import {
  ANA,
  BO,
  DEV,
  accessRequest,
  opened,
  openFixture,
  someone,
  STG,
  usualDirectory,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';

oneDesk();

describe('an access request', () => {
  test('opens one request with the facts an approver needs', async () => {
    const address = someone();

    const request = await opened(fixture, { address });

    expect(request).toMatchObject({
      producer: 'gate',
      site: STG,
      host: STG,
      environment: 'stg',
      path: '/reports?month=5',
      address,
      country: 'BR',
      browser: 'Chrome 148 on Linux',
      grantTtlSeconds: 86_400,
      decision: null,
    });
    expect(request.deadlineAtMs - request.openedAtMs).toBe(600_000);
  });

  test('is put before every approver on every channel where there is an address', async () => {
    const request = await opened(fixture);

    const deliveries = await fixture.ledger.deliveries.ofRequest(request.id);

    expect(deliveries.map(({ channel, transport, recipient }) => ({ channel, transport, recipient }))).toEqual(
      expect.arrayContaining([
        { channel: 'talk', transport: 'talk', recipient: { kind: 'approver', approver: ANA, address: 'ana' } },
        { channel: 'email', transport: 'email', recipient: { kind: 'approver', approver: ANA, address: ANA } },
        { channel: 'talk', transport: 'talk', recipient: { kind: 'approver', approver: BO, address: 'bo' } },
      ]),
    );
    expect(deliveries).toHaveLength(3);
  });

  test("goes by webhook to a consumer at the site's url, once an approver", async () => {
    const url = 'https://consumer.example.net/approvals';
    const consumers = new Map([['talk', url]]) as never;
    fixture.setDirectory(
      usualDirectory({ sites: [site(STG, { approvers: [ANA, BO], notifiers: ['talk'] as never, consumers })] }),
    );

    const request = await opened(fixture);
    const deliveries = await fixture.ledger.deliveries.ofRequest(request.id);

    expect(deliveries.map(({ channel, transport, recipient }) => ({ channel, transport, recipient }))).toEqual(
      expect.arrayContaining([
        { channel: 'talk', transport: 'webhook', recipient: { kind: 'consumer', approver: ANA, url } },
        { channel: 'talk', transport: 'webhook', recipient: { kind: 'consumer', approver: BO, url } },
      ]),
    );
    expect(deliveries).toHaveLength(2);
  });

  test('hands the first attempts to the courier, with the token sealed for this request alone', async () => {
    const request = await opened(fixture);

    const [claim, ...others] = fixture.taken.filter((taken) => taken.request.id === request.id);

    expect(claim).toMatchObject({ task: 'notify', transport: 'talk', attempt: 1 });
    expect(others).toHaveLength(0); // one slot was free
    const token = fixture.encryption.open(TOKEN_PURPOSE, request.id, claim?.sealedToken ?? '');
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(token?.slice(0, 8)).toBe(request.tokenPrefix);
    expect(fixture.encryption.open(TOKEN_PURPOSE, 'another request', claim?.sealedToken ?? '')).toBeNull();
    expect((await fixture.ledger.requests.byTokenHash(sha256Hex(token ?? '')))?.id).toBe(request.id);
  });

  test('is told to the event stream with no more of the token than 8 digits', async () => {
    const request = await opened(fixture);

    expect(fixture.events.at(-1)).toEqual({
      event: 'auth_gate.opened',
      host: STG,
      token: request.tokenPrefix,
      request: request.id,
      producer: 'gate',
      address: request.address,
    });
    expect(request.tokenPrefix).toHaveLength(8);
  });

  test("cannot break a line or a limit with the visitor's own text", async () => {
    const request = await opened(fixture, {
      path: `/a\u0000b\u202e${'x'.repeat(5_000)}`,
      userAgent: `\u0007${'y'.repeat(5_000)}`,
    });

    expect(request.path).toHaveLength(2_048);
    expect(request.path).toMatch(/^\/a b x/);
    expect(request.userAgent).toHaveLength(512);
    expect(request.browser).toBe('an unknown browser');
  });

  test('at a site that a reload has taken away opens nothing', async () => {
    fixture.setDirectory(usualDirectory({ sites: [] }));

    expect(await fixture.desk.open(accessRequest())).toEqual({ kind: 'unavailable' });
  });
});

describe('a second access request of one address', () => {
  test('waits, and names the request that is open', async () => {
    const first = await opened(fixture);

    const second = await fixture.desk.open(accessRequest({ address: first.address }));

    expect(second).toMatchObject({ kind: 'waiting', request: { id: first.id } });
    const windowMs = (second as { retryAtMs: number }).retryAtMs - first.openedAtMs;
    expect(Math.abs(windowMs - 600_000)).toBeLessThan(1_000); // the database read its clock for each statement
  });

  test('of many at once opens one request', async () => {
    const address = someone();

    const answers = await Promise.all(Array.from({ length: 50 }, () => fixture.desk.open(accessRequest({ address }))));

    expect(answers.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'waiting')).toHaveLength(49);
  });

  test('at another site opens there, where the window is the site’s', async () => {
    const first = await opened(fixture);

    const second = await fixture.desk.open(accessRequest({ site: DEV, host: DEV, address: first.address }));

    expect(second.kind).toBe('opened');
  });

  test('at another site waits where the window is over all sites, and learns nothing of the other', async () => {
    fixture.setDirectory(usualDirectory({ windowScope: 'all' }));
    const first = await opened(fixture);

    const second = await fixture.desk.open(accessRequest({ site: DEV, host: DEV, address: first.address }));

    expect(second).toMatchObject({ kind: 'waiting', request: null });
  });
});

describe('the cap', () => {
  const cy = 'cy@example.org';
  const di = 'di@example.org';
  const capped = usualDirectory({
    sites: [
      site(STG, { approvers: [cy] as never, notifiers: ['talk'] as never }),
      site(DEV, { approvers: [cy, di] as never, notifiers: ['talk'] as never }),
    ],
    approvers: [approver(cy, { talk: 'cy' }), approver(di, { talk: 'di' })],
    maxPendingPerApprover: 2,
  });

  test('defers when everybody has enough to answer, and passes over one who has', async () => {
    fixture.setDirectory(capped);
    await opened(fixture);
    await opened(fixture);

    const third = accessRequest();
    const deferred = await fixture.desk.open(third);
    const elsewhere = await opened(fixture, { site: DEV, host: DEV });
    const deliveries = await fixture.ledger.deliveries.ofRequest(elsewhere.id);

    expect(deferred.kind).toBe('deferred');
    expect((deferred as { retryAtMs: number }).retryAtMs).toBeGreaterThan(elsewhere.openedAtMs);
    expect(fixture.events).toContainEqual({ event: 'auth_gate.deferred', host: STG, address: third.address });
    expect(deliveries.map(({ recipient }) => recipient)).toEqual([{ kind: 'approver', approver: di, address: 'di' }]);
  });
});

test('with the database out of reach an access request says so, and opens nothing', async () => {
  const gone = await openFixture();
  await gone.ledger.close();

  expect(await gone.desk.open(accessRequest())).toEqual({ kind: 'unavailable' });
  expect(gone.events).toEqual([]);
});
