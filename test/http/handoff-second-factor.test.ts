/** A site that wants two factors of everybody: nobody is handed on to it by one, whatever `[identity]` wants. */
import { beforeEach, expect, test } from '@jest/globals';
import { csrfFor, numberOf, signedInByLink, withApp } from '../fixtures/http/second-factors.js';
import {
  begin,
  continueAs,
  newJar,
  openAtSite,
  openRelyingSite,
  planes,
  reopen,
  signedInAtSite,
  whoIs,
} from '../fixtures/identity/relying-site.js';

const FOR_SECOND = '/sign-in/again?for=second';

openRelyingSite();
beforeEach(() => reopen({ planes: { site: { needsSecondFactor: true } } }));

test('whoever has one alone is led to setting up another, and can go on afterwards', async () => {
  const [jar, person] = [newJar(), await signedInByLink(planes)] as const;

  const { headers } = await person.get(await begin(jar));

  expect(headers.location).toBe(FOR_SECOND);
  expect((await person.get(FOR_SECOND)).text).toContain('Set up a second factor');
  expect(decodeURIComponent(person.cookies.get('gate-next') ?? '')).toMatch(/^\/handoff\?host=stg/);
  expect(planes.store.query('SELECT * FROM handoffs WHERE code_hash IS NOT NULL')).toEqual([]);
});

test('whoever set one up in this session goes straight on', async () => {
  const [jar, { person }] = [newJar(), await withApp(planes)] as const;

  await openAtSite(await continueAs(person, await begin(jar)), { jar });

  expect(await whoIs(jar)).toMatchObject({ lacks: null, signedInBy: 'totp' });
});

test('where `[identity]` asks nobody, whoever has an app gives a number of it here, and comes back', async () => {
  await reopen({ planes: { secondFactor: 'off', site: { needsSecondFactor: true } } });
  const { secret } = await withApp(planes);
  const [jar, person] = [newJar(), await signedInByLink(planes)] as const;

  const led = (await person.get(await begin(jar))).headers.location ?? '';
  const asked = await person.get(led);
  const [, question = ''] = /name="asked" value="([^"]+)"/.exec(asked.text) ?? [];
  const fields = { csrf: csrfFor(asked, '/sign-in/again'), asked: question, number: numberOf(planes, secret) };
  const given = await person.post('/sign-in/again', fields);
  const page = await person.get(given.headers.location ?? '');
  const [, url = ''] = /^0; url=(.*)$/.exec(String(page.headers['refresh'])) ?? [];
  const { pathname, search } = new URL(url);
  await openAtSite(pathname + search, { jar });

  expect([led, given.status]).toEqual([FOR_SECOND, 303]);
  expect((await whoIs(jar))?.lacks).toBeNull();
});

test('whoever was handed on by one factor before the site wanted two is nobody there', async () => {
  const site = { needsSecondFactor: false };
  await reopen({ planes: { site } });
  const { jar } = await signedInAtSite();
  expect((await whoIs(jar))?.lacks).toBeNull();

  site.needsSecondFactor = true;

  expect((await whoIs(jar))?.lacks).toBe('enrolment');
});
