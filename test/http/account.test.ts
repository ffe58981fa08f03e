/** The account page: who is signed in and where, and ending what is one's own and nothing else. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import type { GateEvent } from '../../src/events/events.js';
import { ADA, BOB, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { browser, fieldsOf, signedInBrowser, type Answer, type Browser } from '../fixtures/http/visitor-client.js';

const END = '/account/sessions/end';
const END_OTHERS = '/account/sessions/end-others';
const END_ALL = '/account/sessions/end-all';

let planes: Planes;
let events: GateEvent[];
let ada: Browser;

beforeEach(async () => {
  events = [];
  planes = await startPlanes({ byMail: true, onEvent: (event) => void events.push(event) });
  ada = await signedInBrowser(planes);
});
afterEach(() => planes.stop());

describe('it shows an approver', () => {
  test('who they are, how they sign in, and the chat accounts that decide as them', async () => {
    const page = textOf(await ada.get('/account'));

    for (const shown of [ADA, 'Approver', `A link to ${ADA}`, 'Chat accounts that decide as you'])
      expect(page).toContain(shown);
  });

  test('each session with its device, address and way, this one marked and without a button', async () => {
    const other = await signedInBrowser(planes);
    await signedInBrowser(planes, BOB);

    const { text } = await ada.get('/account');
    const own = await sessionOf(ada);

    expect(text.split('>this one<')).toHaveLength(2);
    expect(idsIn(text).sort()).toEqual([own, await sessionOf(other)].sort());
    expect(fieldsOf(text, END)).toMatchObject({ session: await sessionOf(other) });
    for (const fact of ['127.0.0.1', 'an operator’s link', 'an unknown browser']) expect(text).toContain(fact);
  });

  test('the way to it on every page', async () => {
    // that of what is not there had none, and was a dead end
    for (const path of ['/', '/link', '/nowhere-signed-in'])
      expect((await ada.get(path)).text).toContain('href="/account"');
  });
});

describe('a press of a button', () => {
  test('ends one session, is audited under its owner and told, and leads back', async () => {
    const other = await signedInBrowser(planes);
    const id = await sessionOf(other);

    const answer = await ada.post(END, fieldsOf((await ada.get('/account')).text, END));

    expect([answer.status, answer.headers.location]).toEqual([303, '/account']);
    expect([await isSignedIn(ada), await isSignedIn(other)]).toEqual([true, false]);
    const [row] = (await planes.store.ledger.audit.recent(20)).filter(({ what }) => what === 'sessions_ended');
    expect(row).toMatchObject({ who: ADA, surface: 'page', address: '127.0.0.1', detail: { count: 1, sessions: id } });
    expect(events).toContainEqual({ event: 'auth_gate.sessions_ended', account: ADA, count: 1, by: ADA });
  });

  test('ends all others, and nobody else’s', async () => {
    const others = [await signedInBrowser(planes), await signedInBrowser(planes)];
    const bob = await signedInBrowser(planes, BOB);

    const done = await ada.post(END_OTHERS, fieldsOf((await ada.get('/account')).text, END_OTHERS));

    expect([done.status, textOf(done)]).toEqual([200, expect.stringContaining('You are signed in here alone.')]);
    expect(await Promise.all([ada, ...others, bob].map(isSignedIn))).toEqual([true, false, false, true]);
    expect((await ada.get('/account')).text).not.toContain(END_OTHERS);
  });

  test('signs out everywhere', async () => {
    const other = await signedInBrowser(planes);
    const held = ada.cookieHeader();

    const answer = await ada.post(END_ALL, fieldsOf((await ada.get('/account')).text, END_ALL));

    expect([answer.status, textOf(answer)]).toEqual([
      200,
      expect.stringContaining('Every session of yours has ended.'),
    ]);
    expect(answer.text).not.toContain('title="Your account"');
    expect(ada.cookieHeader()).toBe('');
    expect(await Promise.all([held, other.cookieHeader()].map(isLive))).toEqual([false, false]);
  });
});

describe('nothing is ended', () => {
  test('that is somebody else’s, even with a right form', async () => {
    const bob = await signedInBrowser(planes, BOB);
    const session = await sessionOf(bob);
    const csrf = (await found(ada.cookieHeader()))?.csrfToken(`end session ${session}`) ?? '';

    await ada.post(END, { csrf, session });

    expect(await isSignedIn(bob)).toBe(true);
    expect(events.filter(({ event }) => event === 'auth_gate.sessions_ended')).toEqual([]);
  });

  test.each([
    ['from another origin', { origin: 'https://evil.example' }, {}],
    ['by a form of another purpose', {}, { csrf: 'purpose' }],
    ['by a form that names another session', {}, { session: '0'.repeat(16) }],
  ])('%s', async (_how, headers, change) => {
    const other = await signedInBrowser(planes);
    const page = (await ada.get('/account')).text;
    const foreign = 'csrf' in change ? { csrf: fieldsOf(page, END_OTHERS)['csrf'] ?? '' } : change;

    const answer = await ada.post(END, { ...fieldsOf(page, END), ...foreign }, headers);

    expect(answer.status).toBe(403);
    expect(await isSignedIn(other)).toBe(true);
  });

  test('by a look, whatever the method', async () => {
    await signedInBrowser(planes);
    const before = planes.store.snapshot();

    for (const path of ['/account', END, END_OTHERS, END_ALL]) await ada.get(path);

    expect(planes.store.snapshot()).toBe(before);
  });
});

test('who is not signed in is sent to sign in, and comes back', async () => {
  const stranger = browser(planes);

  const looked = await stranger.get('/account');
  const posted = await stranger.post(END_ALL, {});
  await stranger.get(looked.headers.location ?? '');
  const link = await planes.identity.signInLinks.make(ADA, 'test');
  const page = await stranger.get(new URL(link?.url ?? '').pathname);

  expect([looked, posted].map(({ status, headers }) => [status, headers.location])).toEqual([
    [303, '/sign-in?next=/account'],
    [303, '/sign-in?next=/account'],
  ]);
  expect(page.text).toContain('name="next" value="/account"');
});

test('an account without rights sees who it is, its sessions, and no chat accounts', async () => {
  const credential = { issuer: 'https://id.example.org', subject: 'eve' };
  const facts = { provider: 'koder', email: null, isEmailVerified: false, name: 'Eve <b>' };
  const to = { kind: 'new', account: 'eve-1' as AccountId, name: 'Eve <b>' } as const;
  const audit = { who: 'eve-1', what: 'account_created', surface: 'page', site: null, address: null, detail: {} };
  await planes.store.ledger.identity.addCredential({ ...credential, ...facts, to }, audit);
  const started = await planes.identity.sessions.start({ kind: 'credential', facts, ...credential });
  const eve = browser(planes);
  eve.cookies.set('gate', started?.cookieValue ?? '');

  const { status, text } = await eve.get('/account');

  expect(status).toBe(200);
  expect(text).toContain('Eve &lt;b&gt;');
  expect(text).toContain('None: decides for no site');
  expect(idsIn(text)).toHaveLength(1);
  expect(text).not.toContain('Chat accounts that decide as you');
});

test('with the database away it says so', async () => {
  planes.store.behave('away');

  expect((await ada.get('/account')).status).toBe(503);
});

function found(cookieHeader: string) {
  const { sessions } = planes.identity;
  return sessions.find(sessions.cookie.read(cookieHeader));
}

async function isLive(cookieHeader: string): Promise<boolean> {
  return (await found(cookieHeader)) !== null;
}

function isSignedIn(who: Browser): Promise<boolean> {
  return isLive(who.cookieHeader());
}

async function sessionOf(who: Browser): Promise<string> {
  return (await found(who.cookieHeader()))?.id ?? '';
}

/** Of the sessions on a page. */
function idsIn(page: string): string[] {
  return [...page.matchAll(/<code>([0-9a-f]{16})<\/code>/g)].map(([, id = '']) => id);
}

function textOf({ text }: Answer): string {
  return text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
}

test('where no channel takes commands nothing offers to bind a chat account', async () => {
  const here = await startPlanes({ byMail: true, hasChats: false });
  const person = await signedInBrowser(here);

  for (const path of ['/', '/account']) {
    expect((await ada.get(path)).text).toContain('href="/link"');
    const { status, text } = await person.get(path);
    expect([status, text]).toEqual([200, expect.not.stringMatching(/href="\/link"|chat account/i)]);
  }
  await here.stop();
});
