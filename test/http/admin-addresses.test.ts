/** Whom the admin plane counts and writes down behind a proxy: whoever calls, as the proxies of TRUSTED_PROXIES say, and no others. */
import { describe, expect, test } from '@jest/globals';
import { adminBrowser, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { openPlanes, planes, reopenPlanes } from '../fixtures/http/one-planes.js';
import { OPERATOR } from '../fixtures/http/planes.js';
import { withApp } from '../fixtures/http/second-factors.js';

const VISITOR = '203.0.113.9';
const SOCKET = '127.0.0.1';

openPlanes(() => ({ trustedProxies: [SOCKET] }));

const from = (address: string) => ({ 'x-forwarded-for': address });

async function operator(): Promise<AdminBrowser> {
  return adminBrowser(planes, (await withApp(planes, OPERATOR)).person);
}

/** Signs in there, all of it from one address. */
async function handedOn(forwarded: string): Promise<readonly unknown[]> {
  const person = await operator();
  const begun = await person.visit('/', from(forwarded));
  const handed = await person.visit(begun.headers.location ?? '', from(forwarded));
  const back = await person.visit(handed.headers.location ?? '', from(forwarded));
  expect(back.status).toBe(303);
  return planes.store.query("SELECT address FROM audit WHERE what = 'handed_on'");
}

describe('the audit names', () => {
  test.each([
    { what: 'whom a trusted proxy names', trustedProxies: [SOCKET], forwarded: VISITOR, written: VISITOR },
    {
      what: 'the nearest that is no proxy',
      trustedProxies: [SOCKET],
      forwarded: `198.51.100.1, ${VISITOR}`,
      written: VISITOR,
    },
    { what: 'the proxy itself where it names no address', trustedProxies: [SOCKET], forwarded: 'x', written: SOCKET },
    { what: 'the caller where no proxy is trusted', trustedProxies: [], forwarded: VISITOR, written: SOCKET },
  ])('$what', async ({ trustedProxies, forwarded, written }) => {
    await reopenPlanes({ trustedProxies });

    expect(await handedOn(forwarded)).toEqual([{ address: written }]);
  });
});

describe('sign-ins that are begun', () => {
  async function usedUp(key: string): Promise<void> {
    const limit = { key, max: 600, windowSeconds: 3_600 };
    while (await planes.store.ledger.identity.takeAttempt(limit));
  }

  test('are counted for each network, not for the proxy', async () => {
    await usedUp('admin handoff begun from 203.0.113.0/24');
    const person = await operator();

    expect((await person.visit('/', from(VISITOR))).status).toBe(429);
    expect((await person.visit('/', from('198.51.100.7'))).status).toBe(303);
  });

  test('at protected sites take nothing from operators of the same network', async () => {
    await usedUp('handoff begun from 203.0.113.0/24');
    await usedUp('handoff brought from 203.0.113.0/24');

    expect(await handedOn(VISITOR)).toHaveLength(1);
  });
});

test('a reset names whoever did it, where they are', async () => {
  const person = await operator();
  await person.follow('/accounts');
  const page = await person.visit('/accounts/show?account=bob@example.org');
  const csrf = /name="csrf" value="([0-9a-f]+)"[^]*?name="account"/.exec(page.text.split('/accounts/reset')[1] ?? '');

  const done = await person.send(
    '/accounts/reset',
    { csrf: csrf?.[1] ?? '', account: 'bob@example.org' },
    from(VISITOR),
  );

  expect(done.status).toBe(200);
  expect(planes.store.query("SELECT address FROM audit WHERE what = 'factors_reset'")).toEqual([{ address: VISITOR }]);
});
