/**
 * A protected host is the same site as the gate, so an approver's cookie comes along with whatever its pages send. Such a
 * page tries everything that decides or signs out, in a real browser, with the form tokens leaked to it besides.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { eventually } from '../fixtures/time/eventually.js';
import { selfSubmitting, startForeignSite, type ForeignSite } from '../fixtures/sites/foreign-site.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce } from '../fixtures/processes/people.js';
import { ADA, EMBEDDED_TALK } from '../fixtures/sites/sites.js';
import { callerIn, isAnswered, watchWire } from '../fixtures/network/wire.js';

const FORM = 'application/x-www-form-urlencoded';

/** One POST that a page of the protected host makes the approver's browser send. */
interface Attack {
  readonly what: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

describeInBrowser('a page of a protected host, in the browser of a signed-in approver', () => {
  const token = newToken();
  let fixture: Fixture;
  let foreign: ForeignSite;
  let approver: BrowserContext;
  let attacks: readonly Attack[];

  beforeAll(async () => {
    fixture = await openFixture('sqlite', { environment: EMBEDDED_TALK });
    foreign = await startForeignSite();
    approver = await browser.newContext();
    expect(await produce(fixture.gate, token)).toBe(200);
    attacks = await leak(fixture, token, await signInWith(approver, fixture));
  }, 60_000);

  afterAll(async () => {
    await foreign.close();
    await fixture.close();
  }, 30_000);

  test('posts forms that submit themselves: the cookie comes along, and every one is refused', async () => {
    for (const { what, url, fields } of attacks) {
      foreign.serve(selfSubmitting(url, fields));
      const page = await approver.newPage();
      const answer = page.waitForResponse((response) => response.url() === url);
      await page.goto(foreign.url, { waitUntil: 'commit' });

      const response = await answer;
      expect({ what, status: response.status(), ...callerIn(await response.request().allHeaders()) }).toEqual({
        what,
        status: 403,
        origin: foreign.url,
        hasCookie: true,
      });
      await page.close();
    }

    await expectNothingHappened();
  }, 60_000);

  test.each(['no-cors', 'cors'] as const)(
    'fetches with credentials (%s): the cookie comes along, every one is refused, and no answer can be read',
    async (mode) => {
      const page = await openForeign();
      const wire = await watchWire(page);
      for (const { what, url, fields } of attacks) {
        const body = new URLSearchParams(fields).toString();
        expect(await fetchFrom(page, { url, mode, type: FORM, body })).toBe('unreadable');

        const seen = await eventually('the gate answers', () => wire().find((call) => isAnswered(call, url)));
        expect({ what, ...seen }).toMatchObject({ what, status: 403, origin: foreign.url, hasCookie: true });
      }
      await page.close();

      await expectNothingHappened();
    },
    60_000,
  );

  test('fetches with JSON and an own header: the browser is told no before it sends them', async () => {
    const page = await openForeign();
    const wire = await watchWire(page);
    for (const { url, fields } of attacks) {
      const body = JSON.stringify(fields);
      expect(await fetchFrom(page, { url, mode: 'cors', type: 'application/json', body })).toBe('unreadable');

      await eventually('the preflight is answered', () =>
        wire().some((call) => call.url === url && call.method === 'OPTIONS' && call.status !== undefined),
      );
      expect(wire().filter((call) => isAnswered(call, url))).toEqual([]);
    }
    await page.close();

    await expectNothingHappened();
  }, 60_000);

  test('while the very same form, pressed on our own page, decides', async () => {
    const page = await approver.newPage();
    await page.goto(`${fixture.gate.publicUrl}/req/${token}`);

    await page.getByRole('button', { name: /approve/i }).click();
    await page.getByText(`by ${ADA}`).first().waitFor();

    expect((await historyOf(fixture)).filter((what) => what === 'approved')).toHaveLength(1);
  }, 30_000);

  async function openForeign(): Promise<Page> {
    foreign.serve('');
    const page = await approver.newPage();
    await page.goto(foreign.url);
    return page;
  }

  async function expectNothingHappened(): Promise<void> {
    const happened = (await historyOf(fixture)).filter((what) => /approved|denied|granted|revoked/.test(what));
    expect(happened).toEqual([]);
    const page = await approver.newPage();
    expect((await page.goto(`${fixture.gate.publicUrl}/req/${token}`))?.status()).toBe(200);
    expect(await page.getByRole('button', { name: /approve/i }).count()).toBe(1);
    expect(await page.textContent('body')).toContain(ADA);
    await page.close();
  }
});

async function signInWith(context: BrowserContext, fixture: Fixture): Promise<Page> {
  const { json } = await fixture.gate.admin('/v1/sign-in-links', { approver: ADA, operator: 'test' });
  const page = await context.newPage();
  await page.goto((json as { url: string }).url);
  await page.getByRole('button').first().click();
  await page.waitForURL(`${fixture.gate.publicUrl}/`);
  return page;
}

/** Everything worth posting, with what only the approver's own pages know: their form tokens and the inbox's message. */
async function leak(fixture: Fixture, token: string, page: Page): Promise<readonly Attack[]> {
  const { publicUrl, ports } = fixture.gate;
  const csrf = (action: string): Promise<string> =>
    page.locator(`form[action="${action}"] input[name="csrf"]`).first().inputValue();
  const [pending] = JSON.parse((await fixture.gate.cli('pending', '--json')).out) as { id: string }[];
  const id = pending?.id ?? '';
  const byId = `/requests/${id}/decide`;
  const byToken = `/req/${token}`;
  const tokens = { signOut: await csrf('/sign-out'), byId: await csrf(byId) };
  await page.goto(publicUrl + byToken);
  const confirm = await csrf(byToken);
  const message = await eventually('the card is in the inbox', async () => {
    const answer = await page.context().request.get(`${publicUrl}/talk/messages`);
    return ((await answer.json()) as { messages: { id: string }[] }).messages[0]?.id;
  });
  await page.close();
  const tap = { message, verb: 'approve', data: JSON.stringify({ token }) };
  return [
    { what: 'confirm page', url: publicUrl + byToken, fields: { csrf: confirm, verdict: 'approve' } },
    { what: 'decision by id', url: publicUrl + byId, fields: { csrf: tokens.byId, verdict: 'deny' } },
    { what: 'sign-out', url: `${publicUrl}/sign-out`, fields: { csrf: tokens.signOut } },
    {
      what: 'admin plane',
      url: `http://localhost:${String(ports.admin)}/v1/commands`,
      fields: { verb: 'approve', args: JSON.stringify({ id }), operator: 'eve' },
    },
    { what: 'inbox, a tap', url: `${publicUrl}/talk/actions`, fields: tap },
    { what: 'inbox, a line', url: `${publicUrl}/talk/lines`, fields: { text: `/gate approve ${id}` } },
  ];
}

function fetchFrom(
  page: Page,
  call: { url: string; mode: 'cors' | 'no-cors'; type: string; body: string },
): Promise<'readable' | 'unreadable'> {
  return page.evaluate(async ({ url, mode, type, body }) => {
    try {
      const headers = { 'content-type': type, ...(type === 'application/json' ? { 'x-csrf-token': 'guessed' } : {}) };
      const answer = await fetch(url, { method: 'POST', credentials: 'include', mode, headers, body });
      return answer.type === 'opaque' ? 'unreadable' : 'readable';
    } catch {
      return 'unreadable';
    }
  }, call);
}

async function historyOf(fixture: Fixture): Promise<readonly string[]> {
  const rows = JSON.parse((await fixture.gate.cli('history', '--json')).out) as { what: string }[];
  return rows.map(({ what }) => what);
}
