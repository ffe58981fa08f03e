/** Scanners and previewers open every link they meet, and some run scripts: nothing that is ever emitted may decide by it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findBrowser, launchBrowser, type BrowserPlace } from '../fixtures/browsers/browser.js';
import { eventually } from '../fixtures/time/eventually.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, visit } from '../fixtures/processes/people.js';
import { ADA } from '../fixtures/sites/sites.js';

const SCANNERS = [
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 SafeLinks',
  'Mozilla/5.0 (compatible; Proofpoint-URL-Defense)',
  'Mimecast-URL-Protect/1.0',
  'BarracudaCentral/1.0',
  'facebookexternalhit/1.1',
  'WhatsApp/2.24.1 A',
  'TelegramBot (like TwitterBot)',
  'Twitterbot/1.0',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) BingPreview/1.0b',
  'GoogleImageProxy',
  'curl/8.9.1',
];
const METHODS = ['GET', 'HEAD', 'OPTIONS'] as const;
const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

const browser: BrowserPlace = await findBrowser();
let fixture: Fixture;
let urls: readonly string[];

beforeAll(async () => {
  fixture = await openFixture('sqlite');
  urls = await everyEmittedUrl();
}, 60_000);

afterAll(async () => {
  await fixture.close();
});

test('every emitted URL, by every method that must be safe and every scanner: no decision, no grant, no session', async () => {
  for (const url of urls)
    for (const method of METHODS)
      for (const agent of SCANNERS) {
        const response = await fetch(url, { method, headers: { 'user-agent': agent }, redirect: 'manual' });
        await response.arrayBuffer();
        expect(sessionCookies(response.headers)).toEqual([]);
      }

  await expectNothingHappened();
}, 60_000);

const inBrowser = browser.kind === 'found' ? test : test.skip;
const why = browser.kind === 'found' ? '' : ` (${browser.why})`;
inBrowser(
  `every emitted URL, loaded in a browser that runs scripts: nothing happens either${why}`,
  async () => {
    if (browser.kind !== 'found') return;
    const chromium = await launchBrowser(browser);
    try {
      const context = await chromium.newContext();
      for (const url of urls) {
        const page = await context.newPage();
        await page.goto(url, { waitUntil: 'load' }).catch(emptyAnswer);
        await page.mouse.wheel(0, 400);
        await page.close();
      }
      expect((await context.cookies()).filter(({ name }) => /^(__Host-)?gate$/.test(name))).toEqual([]);
    } finally {
      await chromium.close();
    }

    await expectNothingHappened();
  },
  60_000,
);

/** The mail's link, the card's, a sign-in link, the pages they lead to, and the visitor's own page. */
async function everyEmittedUrl(): Promise<readonly string[]> {
  const token = newToken();
  await produce(fixture.gate, token);
  const mail = await eventually('the mail', () => fixture.peers.smtp.mails()[0]);
  const [card] = await eventually('the card', () => {
    const seen = fixture.peers.talk.sees(TO_ADA);
    return seen.length > 0 ? seen : null;
  });
  const signIn = (await fixture.gate.admin('/v1/sign-in-links', { approver: ADA, operator: 'test' })).json as {
    url: string;
  };
  const page = await visit(fixture.gate, '198.51.100.9');
  const gatePlane = `http://127.0.0.1:${String(fixture.gate.ports.gate)}`;
  const fromPage = [...page.text.matchAll(/"(\/\.koder-gate\/(?!stream)[^"\s]*)"/g)].map(
    ([, path]) => gatePlane + (path ?? ''),
  );
  const found = [...mail.links, ...(card?.links ?? []), signIn.url, `${fixture.gate.publicUrl}/`, ...fromPage];
  expect(found.some((url) => url.endsWith(`/req/${token}`))).toBe(true);
  expect(fromPage.length).toBeGreaterThan(0);
  return [...new Set(found)];
}

async function expectNothingHappened(): Promise<void> {
  const history = JSON.parse((await fixture.gate.cli('history', '--json')).out) as { what: string }[];
  const grants = JSON.parse((await fixture.gate.cli('grants', '--json')).out) as unknown[];
  expect(history.filter(({ what }) => ['approved', 'denied', 'granted', 'signed_in'].includes(what))).toEqual([]);
  expect(grants).toEqual([]);
  expect(JSON.parse((await fixture.gate.cli('pending', '--json')).out)).toHaveLength(2);
}

/** Chromium calls an error status without a body a failed navigation; it was loaded all the same. */
function emptyAnswer(error: unknown): null {
  if (String(error).includes('ERR_HTTP_RESPONSE_CODE_FAILURE')) return null;
  throw error;
}

function sessionCookies(headers: Headers): readonly string[] {
  return headers.getSetCookie().filter((cookie) => /^(__Host-)?gate=[^;]/.test(cookie));
}
