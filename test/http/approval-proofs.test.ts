/** Approving with a fresh proof: what counts for one, for what and how often; and who needs none. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { ADA, HOST, startPlanes, type Planes, type PlanesInput } from '../fixtures/http/planes.js';
import { outcomeOf as outcomeAt, press, typed, waitingRequest, type Waiting } from '../fixtures/http/approving.js';
import { hiddenOf, numberOf, signedInByLink, withApp } from '../fixtures/http/second-factors.js';
import { browser, type Browser } from '../fixtures/http/visitor-client.js';

let planes: Planes;
afterEach(() => planes.stop());

async function start(site: PlanesInput['site'], more: PlanesInput = {}): Promise<void> {
  planes = await startPlanes({ byMail: true, ...more, ...(site === undefined ? {} : { site }) });
}

function request(): Promise<Waiting> {
  return waitingRequest(planes);
}

function outcomeOf(id: string): Promise<string | null> {
  return outcomeAt(planes, id);
}

function same(person: Browser): Browser {
  const copy = browser(planes);
  for (const [name, value] of person.cookies) copy.cookies.set(name, value);
  return copy;
}

describe('by a number', () => {
  test('is asked for and approves; the page said for what', async () => {
    await start({ approveNeeds: 'fresh' });
    const { secret, person } = await withApp(planes);
    const { path, id } = await request();

    const page = await press(person, path);
    expect([page.status, await outcomeOf(id)]).toEqual([200, null]);
    expect(page.text).toMatch(new RegExp(`Prove that it is you[^]*${HOST}`));
    const done = await person.post(path, typed(page, path, { number: numberOf(planes, secret) }));

    expect([done.status, done.headers.location]).toEqual([303, path]);
    expect(await outcomeOf(id)).toBe('approved');
    const told = planes.store.query("SELECT who, detail FROM audit WHERE what = 'decided'");
    expect(told).toEqual([{ who: ADA, detail: '{"outcome":"approved","proof":"totp"}' }]);
  });

  test('wrong, it asks anew; too often, not even the right one counts', async () => {
    await start({ approveNeeds: 'fresh' });
    const { secret, person } = await withApp(planes);
    const { path, id } = await request();
    let page = await press(person, path);
    const statuses: number[] = [];
    for (let tries = 0; tries < 10; tries += 1) {
      page = await person.post(path, typed(page, path, { number: '000000' }));
      statuses.push(page.status);
    }
    page = await person.post(path, typed(page, path, { number: numberOf(planes, secret) }));

    expect(new Set(statuses)).toEqual(new Set([422]));
    expect([page.status, await outcomeOf(id)]).toEqual([429, null]);
  });

  test('twenty uses at once approve once', async () => {
    await start({ approveNeeds: 'fresh' });
    const { secret, person } = await withApp(planes);
    const [one, other] = [await request(), await request()];
    const page = await press(person, one.path);
    const fields = typed(page, one.path, { number: numberOf(planes, secret) });
    const otherCsrf = hiddenOf(await person.get(other.path), other.path, 'verdict')['csrf'] ?? '';

    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? same(person).post(one.path, fields)
          : same(person).post(other.path, { ...fields, csrf: otherCsrf }),
      ),
    );

    expect(await outcomeOf(other.id)).toBeNull();
  });
});

test('a recovery code counts once', async () => {
  await start({ approveNeeds: 'fresh' });
  const { codes, person } = await withApp(planes);
  const code = codes[0] ?? '';
  const [one, other] = [await request(), await request()];
  const give = async ({ path }: typeof one) =>
    (await person.post(path, typed(await press(person, path), path, { code }))).status;

  expect([await give(one), await give(other)]).toEqual([303, 422]);
  expect([await outcomeOf(one.id), await outcomeOf(other.id)]).toEqual(['approved', null]);
});

test('whoever has no factor approves once by having signed in just now, and then signs in again', async () => {
  await start({ approveNeeds: 'fresh' });
  const person = await signedInByLink(planes);
  const [one, other] = [await request(), await request()];

  expect((await press(person, one.path)).status).toBe(303);
  const asks = await press(person, other.path);

  expect([await outcomeOf(one.id), await outcomeOf(other.id)]).toEqual(['approved', null]);
  expect(asks.text).toContain('href="/sign-in/again"');
  const again = await person.get('/sign-in/again');
  expect([again.status, again.text.includes('Mail me a link')]).toEqual([200, true]);
  const sent = await person.post('/sign-in', { address: ADA });
  expect((await person.get(sent.headers.location ?? '')).text).toContain('Look into your mail');
  const link = await planes.identity.signInLinks.make(ADA, 'test');
  const opened = new URL(link?.url ?? '').pathname;
  const back = await person.post(opened, hiddenOf(await person.get(opened), opened, 'next'));
  expect(back.headers.location).toBe(other.path);
  expect((await press(person, other.path)).status).toBe(303);
  expect(await outcomeOf(other.id)).toBe('approved');
});

test('a sign-in of longer ago counts for nothing', async () => {
  await start({ approveNeeds: 'fresh' });
  const person = await signedInByLink(planes);
  planes.advance(301_000);
  const { path, id } = await request();

  expect((await press(person, path)).text).toContain('Sign in again');
  expect(await outcomeOf(id)).toBeNull();
});

test('denying needs no proof; neither does a site that wants none', async () => {
  await start({ approveNeeds: 'passkey' });
  const person = await signedInByLink(planes);
  const denied = await request();
  expect((await press(person, denied.path, 'deny')).status).toBe(303);
  expect(await outcomeOf(denied.id)).toBe('denied');
  await planes.stop();

  await start(undefined);
  const other = await signedInByLink(planes);
  planes.advance(86_400);
  const open = await request();
  expect((await press(other, open.path)).status).toBe(303);
});

test('where a passkey is wanted, a number is not enough', async () => {
  await start({ approveNeeds: 'passkey' });
  const { secret, person } = await withApp(planes);
  const { path, id } = await request();
  const page = await press(person, path);

  expect(page.text).toContain(`href="/account/passkeys?next=${encodeURIComponent(path)}"`);
  expect(page.text).toContain('Nobody else approves for this site.');
  expect(page.text).not.toContain('name="number"');
  const { csrf = '', tap = '' } = hiddenOf(await person.get(path), path, 'verdict');
  const answer = await person.post(path, {
    ...{ csrf, tap, verdict: 'approve' },
    asked: 'a'.repeat(64),
    number: numberOf(planes, secret),
  });
  expect(answer.status).not.toBe(303);
  expect(await outcomeOf(id)).toBeNull();
});

test('what was decided meanwhile is told, proven or not', async () => {
  await start({ approveNeeds: 'passkey' });
  const person = await signedInByLink(planes);
  const { path, id } = await request();
  const fields = hiddenOf(await person.get(path), path, 'verdict');
  await planes.desk.decide({
    verdict: 'deny',
    ref: { by: 'prefix', prefix: id },
    actor: { kind: 'operator', name: 'root' },
    surface: 'cli',
    tapId: 'x',
  });

  expect((await person.post(path, { ...fields, verdict: 'approve' })).headers.location).toBe(`${path}?pressed=approve`);
});

test('a question for a passkey is asked by our own page alone, for what may be approved there', async () => {
  await start({ approveNeeds: 'passkey' });
  const person = await signedInByLink(planes);
  const { path } = await request();
  const { csrf = '' } = hiddenOf(await person.get(path), path, 'verdict');
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

  const ask = async (fields: Record<string, string>, headers = {}) =>
    (await person.post(`${path}/proof`, fields, headers)).status;
  expect(await ask({ csrf, verdict: 'approve' }, foreign)).toBe(403);
  expect(await ask({ csrf: '0', verdict: 'approve' })).toBe(403);
  expect(await ask({ csrf, verdict: 'deny' })).toBe(404);
  expect(await ask({ csrf, verdict: 'approve' })).toBe(200);
  expect((await browser(planes).post(`${path}/proof`, { csrf, verdict: 'approve' })).status).toBe(403);
});
