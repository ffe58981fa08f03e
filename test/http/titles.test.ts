/** The titles of the public plane's and the admin plane's pages, each asked for as a browser would. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BOB, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { call, signedInBrowser, type Browser } from '../fixtures/http/visitor-client.js';

let planes: Planes;
let ada: Browser;
let token: string;
let id: string;

beforeEach(async () => {
  planes = await startPlanes();
  ada = await signedInBrowser(planes);
  ({ token, id } = await planes.accessRequest());
});
afterEach(() => planes.stop());

interface Shown {
  readonly status: number;
  readonly text: string;
}

const open = (path: string): Promise<Shown> => call(planes.publicUrl + path, { headers: { accept: 'text/html' } });
const away = (path: string): Promise<Shown> => {
  planes.store.behave('away');
  return ada.get(path);
};

const PAGES: readonly (readonly [string, number, string, () => Promise<Shown>])[] = [
  ['signed out', 401, 'Sign in', () => open('/')],
  ['a card, signed out', 401, 'Sign in', () => open(`/req/${token}`)],
  ['the list', 200, '1 request waits for you', () => ada.get('/')],
  ['a request', 200, 'stg.example.org', () => ada.get(`/requests/${id}`)],
  ['a card', 200, 'stg.example.org', () => ada.get(`/req/${token}`)],
  ['a card that is none', 404, 'No such request', () => ada.get(`/req/${'0'.repeat(32)}`)],
  [
    "another site's approver",
    403,
    'Not yours to decide',
    async () => (await signedInBrowser(planes, BOB)).get(`/req/${token}`),
  ],
  ['no page', 404, 'There is nothing here', () => open('/nowhere')],
  ['the account', 200, 'Your account', () => ada.get('/account')],
  ['the accounts', 200, 'Chat accounts', () => ada.get('/link')],
  ['a foreign form', 403, 'Not taken', () => call(`${planes.publicUrl}/link`, { method: 'POST', body: 'code=x' })],
  ['a spent link', 404, 'This link does not work any more', () => open('/sign-in/0')],
  [
    'the sign-in page',
    200,
    'Sign in',
    async () => open(`/sign-in/${(await planes.identity.signInLinks.make(BOB, 't'))?.secret ?? ''}`),
  ],
  ['the list, the database away', 503, 'Not available right now', () => away('/')],
];

test.each(PAGES)('%s: %i %s', async (...[, status, title, show]) => {
  const shown = await show();

  expect([shown.status, /<title>([^<]*)<\/title>/.exec(shown.text)?.[1]]).toEqual([status, `${title} · Koder Gate`]);
  expect(/<h1[^>]*>\s*([^<]*?)\s*<\/h1>/.exec(shown.text)?.[1]).toBeTruthy();
});
