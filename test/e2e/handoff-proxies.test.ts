/** Signing in at a protected host in a real browser on a phone, through each real proxy with its files from deploy/, over TLS. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findBrowser } from '../fixtures/browsers/browser.js';
import {
  AUTH,
  begunSignedOut,
  cookieNames,
  openHandoffStage,
  SECOND,
  signInUrl,
  STG,
  type HandoffStage,
} from '../fixtures/identity/handoff-stage.js';
import { watchWire } from '../fixtures/network/wire.js';
import { isInstalled, PROXIES, startProxy, type RunningProxy } from '../fixtures/proxies/proxies.js';
import type { Told } from '../fixtures/sites/site-app.js';
import { HOST } from '../fixtures/sites/sites.js';

const describeInBrowser = (await findBrowser()).kind === 'found' ? describe : describe.skip;
const HOME = '127.0.0.1';
const ELSEWHERE = '127.0.0.7';

describeInBrowser('signing in at a protected host', () => {
  let stage: HandoffStage;

  beforeAll(async () => {
    stage = await openHandoffStage();
  }, 60_000);

  afterAll(() => stage.close(), 30_000);

  describe.each(PROXIES.filter(isInstalled))('through %s', (kind) => {
    let proxy: RunningProxy;

    beforeAll(async () => {
      proxy = await startProxy(kind, { ...stage, host: HOST });
      stage.serveHost(proxy.port);
      stage.moveTo(HOME);
    });

    afterAll(() => proxy.stop());

    test('whoever is signed in arrives where they wanted to go, and the site never sees the cookie', async () => {
      const phone = await stage.approversPhone();
      await phone.addCookies([ofTheSite('shop', '1'), ofTheSite('z__Host-kg', '2')]);
      const page = await phone.newPage();

      await page.goto(signInUrl('/open/shop?a=1&b=%2F'));

      expect(page.url()).toBe(`${STG}/open/shop?a=1&b=%2F`);
      const { headers, raw } = JSON.parse((await page.textContent('body')) ?? '') as Told;
      expect(headers['cookie']).toBe('shop=1; z__Host-kg=2');
      expect(raw.filter((text) => /(?<!z)__Host-kg/.test(text))).toEqual([]);
      const own = (await phone.cookies(STG)).filter(({ name }) => name.startsWith('__Host-'));
      expect(own).toMatchObject([
        { name: '__Host-kg', domain: HOST, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' },
      ]);
      await phone.close();
    }, 60_000);

    test(
      'at a port of its own they come back there and pass there, and not at the other port',
      () => passesAt(stage, `${HOST}:8443`),
      60_000,
    );

    test('four tabs at once all arrive', async () => {
      const phone = await stage.approversPhone();
      const paths = [1, 2, 3, 4].map((tab) => `/open/tab-${String(tab)}`);
      const tabs = await Promise.all(paths.map(() => phone.newPage()));

      await Promise.all(tabs.map((tab, at) => tab.goto(signInUrl(paths[at] ?? ''))));

      expect(tabs.map((tab) => tab.url())).toEqual(paths.map((path) => `${STG}${path}`));
      expect(await cookieNames(phone, STG)).toEqual(['__Host-kg']);
      await phone.close();
    }, 60_000);

    test('a phone whose address changes on the way arrives all the same', async () => {
      const phone = await stage.phone();
      await begunSignedOut(phone, '/open/moved');
      stage.moveTo(ELSEWHERE);

      const page = await stage.signInAt(phone);
      await page.waitForURL(`${STG}/open/moved`);

      stage.moveTo(HOME);
      expect(await cookieNames(phone, STG)).toEqual(['__Host-kg']);
      await phone.close();
    }, 60_000);

    test('what comes back for one host signs in at no other and in no other browser, and at its own still', async () => {
      const [phone, other] = [await stage.phone(), await stage.phone()];
      await begunSignedOut(phone, '/open/own');
      stage.serveHost(0);
      stage.moveTo(HOME);
      const failing = phone.waitForEvent('requestfailed', (request) => request.url().includes('/signed-in'));
      const page = await stage.signInAt(phone);
      const callback = (await failing).url();
      stage.serveHost(proxy.port);

      const refused = [
        await (await phone.newPage()).goto(callback.replace(HOST, SECOND)),
        await (await other.newPage()).goto(callback),
        await (await other.newPage()).goto(callback.replace(HOST, SECOND)),
      ];
      const names = await Promise.all(
        [phone, other].flatMap((one) => [STG, `https://${SECOND}`].map((origin) => cookieNames(one, origin))),
      );
      await page.goto(callback);

      expect(refused.map((answer) => answer?.status())).toEqual([403, 403, 403]);
      expect(names.flat()).not.toContain('__Host-kg');
      expect(page.url()).toBe(`${STG}/open/own`);
      for (const context of [phone, other]) await context.close();
    }, 60_000);

    test.each([
      '//evil.example.org/',
      '/\\evil.example.org/',
      'https://evil.example.org/',
      '/\t/evil.example.org/',
      '/.koder-gate/sign-in',
    ])(
      'who is to be sent back to %j stays on the host',
      async (back) => {
        const phone = await stage.approversPhone();
        const page = await phone.newPage();
        const hosts = new Set<string>();
        page.on('request', (request) => hosts.add(new URL(request.url()).origin));

        await page.goto(signInUrl(back));

        expect([page.url(), [...hosts].toSorted()]).toEqual([`${STG}/`, [AUTH, STG]]);
        expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
        await phone.close();
      },
      60_000,
    );

    test("a page of the site that fetches or frames the handoff in an approver's browser gets nothing", async () => {
      const attacker = await stage.phone();
      const handoff = await begunSignedOut(attacker, '/open/x');
      const approver = await stage.approversPhone();
      const page = await approver.newPage();
      await page.goto(`${STG}/open/page`);
      const wire = await watchWire(page);

      const read: unknown[] = [];
      for (const url of [handoff, `${STG}/.koder-gate/sign-in?back=%2F`])
        for (const how of [FETCHED, FRAMED]) read.push(await page.evaluate(`(${how})(${JSON.stringify(url)})`));

      const ofHandoff = wire().filter(({ url = '' }) => url === handoff);
      expect(ofHandoff).toMatchObject([1, 2, 3].map(() => ({ status: 403, hasCookie: true })));
      expect(wire().filter(({ url = '' }) => url.includes('/signed-in'))).toEqual([]);
      expect(read).toEqual(read.map(() => 'nothing'));
      expect(await cookieNames(approver, STG)).not.toContain('__Host-kg');
      for (const context of [attacker, approver]) await context.close();
    }, 60_000);
  });

  test('a site behind authGate() signs in at a port of its own, too', () => passesAt(stage, `${SECOND}:8443`), 60_000);
});

/** An approver signs in at a site with a port and passes by its list; the same browser is nobody at that host's own port. */
async function passesAt(stage: HandoffStage, host: string): Promise<void> {
  const [there, elsewhere] = [`https://${host}`, `https://${new URL(`https://${host}`).hostname}`];
  const phone = await stage.approversPhone();
  const page = await phone.newPage();

  await page.goto(`${there}/.koder-gate/sign-in?back=%2Fclosed%3Fa%3D1`);
  const [url, told] = [page.url(), JSON.parse((await page.textContent('body')) ?? '') as Told];
  const again = await page.goto(`${there}/closed`);
  const other = await page.goto(`${elsewhere}/closed`);

  expect([url, told.headers['x-gate-site']]).toEqual([`${there}/closed?a=1`, new URL(elsewhere).hostname]);
  expect([again?.status(), other?.status()]).toEqual([200, 403]);
  await phone.close();
}

/** What a page can read of another's answer, cookies and all. */
const FETCHED = `async (url) => {
  const read = [];
  for (const mode of ['cors', 'no-cors'])
    try {
      const answer = await fetch(url, { mode, credentials: 'include' });
      read.push(answer.url + (await answer.text()));
    } catch {}
  return read.some((text) => text.includes('code=')) ? read : 'nothing';
}`;
const FRAMED = `async (url) => {
  const frame = document.createElement('iframe');
  frame.src = url;
  const loaded = new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 3_000); });
  document.body.append(frame);
  await loaded;
  try {
    const { href } = frame.contentWindow.location;
    return href.includes('code=') ? href : 'nothing';
  } catch {
    return 'nothing';
  }
}`;

function ofTheSite(
  name: string,
  value: string,
): { name: string; value: string; domain: string; path: string; secure: boolean } {
  return { name, value, domain: HOST, path: '/', secure: true };
}
