/** Whose visit opens a request: every way in which a person opens a page, and none in which a machine or a page's part is loaded. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ask, BROWSER, forwarded, startGate, type RunningGate } from '../fixtures/gate/running-gate.js';

let gate: RunningGate;

beforeAll(async () => {
  gate = await startGate();
});
beforeEach(() => gate.fixture.forget());
afterAll(() => gate.stop());

const { accept: HTML, 'user-agent': CHROME } = BROWSER;
/** As browsers send it over plain http: no fetch metadata. */
const PLAIN = { accept: HTML, 'user-agent': CHROME };

/** How many knocks reached the desk. */
async function accessRequests(headers: Readonly<Record<string, string>>): Promise<number> {
  await ask(gate.port, { path: '/auth/forward', headers: { ...forwarded({ uri: '/shop?a=1' }), ...headers } });
  return gate.fixture.accessRequests.length;
}

describe('a person asks', () => {
  test.each<[string, Record<string, string>]>([
    ['a link or an address that was typed', BROWSER],
    ['the same with a key or a click behind it', { ...BROWSER, 'sec-fetch-user': '?1', 'sec-fetch-site': 'none' }],
    ['a link of another site', { ...BROWSER, 'sec-fetch-site': 'cross-site' }],
    ['a reload', { ...BROWSER, 'cache-control': 'max-age=0', 'sec-fetch-site': 'same-origin' }],
    ['a step back in the history', { ...BROWSER, 'sec-fetch-site': 'same-site' }],
    ['what follows a form', { ...BROWSER, 'sec-fetch-site': 'same-origin', 'sec-fetch-user': '?1' }],
    ['by way of a service worker', { ...BROWSER, 'sec-fetch-dest': 'empty' }],
    ['a service worker that takes anything', { ...BROWSER, 'sec-fetch-dest': 'empty', accept: '*/*' }],
    ['a browser that navigates and takes anything', { ...BROWSER, accept: '*/*' }],
    ['a browser that navigates and wants data first', { ...BROWSER, accept: 'application/json' }],
    ['a page that looks like a file', { ...BROWSER, 'x-forwarded-uri': '/report.json' }],
    ['plain http', PLAIN],
    ['a browser that says only the mode', { ...PLAIN, 'sec-fetch-mode': 'navigate' }],
    ['a browser that says only the destination', { ...PLAIN, 'sec-fetch-dest': 'document' }],
    ['lynx', { accept: 'text/html, text/plain, text/sgml, */*;q=0.01', 'user-agent': 'Lynx/2.9.0dev.12 libwww-FM' }],
    ['w3m', { accept: 'text/html, text/*;q=0.5, image/*, */*', 'user-agent': 'w3m/0.5.3+git20230121' }],
    ['links', { accept: '*/*', 'user-agent': 'Links (2.29; Linux 6.1.0 x86_64; GNU C 12.2; text)' }],
    ['elinks', { accept: '*/*', 'user-agent': 'ELinks/0.16.1.1 (textmode; Linux 6.1.0 x86_64; 80x24-2)' }],
    ['dillo', { accept: 'text/*,image/*,*/*;q=0.2', 'user-agent': 'Dillo/3.1.1' }],
    ['netsurf', { accept: 'text/*, */*;q=0.1', 'user-agent': 'NetSurf/3.11 (Linux)' }],
    ['a text browser that sends no Accept', { 'user-agent': 'Links (2.29; Linux)' }],
    ['a phone that sounds like a machine', { ...BROWSER, 'user-agent': CHROME.replace('X11', 'Android 9; CUBOT X19') }],
  ])('%s', async (_how, headers) => {
    expect(await accessRequests(headers)).toBe(1);
  });

  test.each([
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]',
    'Mozilla/5.0 (Linux; Android 14; SM-S921B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/148.0 Mobile Safari/537.36 Telegram-Android/11.2',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Outlook-iOS/2.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/470.0]',
    'Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/148.0 Mobile Safari/537.36 Instagram 330.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.39 Chrome/126.0 Electron/31.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/24.1 Chrome/126.0 Electron/28 Safari/537.36',
  ])('inside an app: %s', async (agent) => {
    expect(await accessRequests({ ...BROWSER, 'user-agent': agent })).toBe(1);
    gate.fixture.forget();
    expect(await accessRequests({ ...PLAIN, 'user-agent': agent, 'x-requested-with': 'org.telegram.messenger' })).toBe(
      1,
    );
  });
});

describe('nobody is asked for', () => {
  const part = (dest: string, mode = 'no-cors'): Record<string, string> => ({
    ...BROWSER,
    accept: '*/*',
    'sec-fetch-mode': mode,
    'sec-fetch-dest': dest,
  });
  test.each<[string, Record<string, string>]>([
    ['HEAD', { ...BROWSER, 'x-forwarded-method': 'HEAD' }],
    ['POST', { ...BROWSER, 'x-forwarded-method': 'POST' }],
    ['OPTIONS', { ...BROWSER, 'x-forwarded-method': 'OPTIONS' }],
    ['a script', part('script')],
    ['a script with an Accept of pages', { ...part('script'), accept: HTML }],
    ['an image', part('image')],
    ['a style', part('style')],
    ['a font', part('font', 'cors')],
    ['a film', part('video')],
    ["a worker's script", part('worker', 'same-origin')],
    ["a shared worker's script", part('sharedworker', 'same-origin')],
    ["a service worker's script", part('serviceworker', 'same-origin')],
    ['a manifest', part('manifest', 'cors')],
    ['a report', part('report', 'no-cors')],
    ["a script's own fetch", part('empty', 'cors')],
    ["a script's fetch of its own origin", part('empty', 'same-origin')],
    ["a script's fetch of a page", { ...part('empty', 'cors'), accept: HTML }],
    ['a beacon', part('empty')],
    ['a WebSocket', part('websocket', 'websocket')],
    ['a frame', { ...BROWSER, 'sec-fetch-dest': 'iframe' }],
    ['an old frame', { ...BROWSER, 'sec-fetch-dest': 'frame' }],
    ['a fenced frame', { ...BROWSER, 'sec-fetch-dest': 'fencedframe' }],
    ['an embedded page', { ...BROWSER, 'sec-fetch-dest': 'embed' }],
    ['an object', { ...BROWSER, 'sec-fetch-dest': 'object' }],
    ['a frame of an older browser', { ...PLAIN, 'sec-fetch-mode': 'nested-navigate' }],
    ['an unknown destination', { ...BROWSER, 'sec-fetch-dest': 'hologram' }],
    ['a prefetch', { ...BROWSER, 'sec-purpose': 'prefetch' }],
    ['a prerender', { ...BROWSER, 'sec-purpose': 'prefetch;prerender' }],
    ['a prefetch by way of a service worker', { ...BROWSER, 'sec-fetch-dest': 'empty', 'sec-purpose': 'prefetch' }],
    ['an old prefetch', { ...PLAIN, purpose: 'prefetch' }],
    ['an older prefetch', { ...PLAIN, 'x-moz': 'prefetch' }],
    ["a browser's preview", { ...PLAIN, 'x-purpose': 'preview' }],
    ['curl', { accept: '*/*', 'user-agent': 'curl/8.9.1' }],
    ['wget', { accept: '*/*', 'user-agent': 'Wget/1.24.5' }],
    ['no Accept at all', { 'user-agent': CHROME }],
    ['a browser that takes anything, over plain http', { ...PLAIN, accept: '*/*' }],
    ['a page with no weight', { ...PLAIN, accept: 'text/html;q=0, application/json' }],
    ['a JSON caller', { ...PLAIN, accept: 'application/json, text/plain, */*' }],
    ['the favicon', { ...BROWSER, 'x-forwarded-uri': '/favicon.ico' }],
    ['robots.txt', { ...BROWSER, 'x-forwarded-uri': '/robots.txt' }],
    ['a well-known file', { ...BROWSER, 'x-forwarded-uri': '/.well-known/change-password' }],
    ['a sub-resource, by its name alone', { ...PLAIN, 'x-forwarded-uri': '/app.js?v=2' }],
  ])('%s', async (_how, headers) => {
    expect(await accessRequests(headers)).toBe(0);
  });

  test.each([
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Slack-ImgProxy (+https://api.slack.com/robots)',
    'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'WhatsApp/2.23.20.0',
    'Pinterest/0.2 (+https://www.pinterest.com/bot.html)',
    'TelegramBot (like TwitterBot)',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
    'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0.9226; ms-office; MSOffice 16)',
    'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.4639; Pro)',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0 Safari/537.36',
    'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
    'http.rb/5.1.1 (Mastodon/4.2.10; +https://mastodon.social/) Bot',
    'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)',
  ])('a preview or a crawler: %s', async (agent) => {
    expect(await accessRequests({ ...BROWSER, 'user-agent': agent })).toBe(0);
    expect(await accessRequests({ ...PLAIN, 'user-agent': agent })).toBe(0);
    expect(await accessRequests({ ...BROWSER, 'sec-fetch-dest': 'empty', 'user-agent': agent })).toBe(0);
  });
});
