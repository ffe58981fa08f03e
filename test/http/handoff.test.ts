/** Whoever is signed in at the auth host is signed in at a protected site, too: each step of the way, and how it ends. */
import { expect, test } from '@jest/globals';
import { ask, BROWSER, forwarded, HOST, named, site, stateOf, VISITOR } from '../fixtures/gate/running-gate.js';
import { ADA } from '../fixtures/http/planes.js';
import { browser, call, signedInBrowser } from '../fixtures/http/visitor-client.js';
import {
  begin,
  continueAs,
  gate,
  newJar,
  openAtSite,
  openRelyingSite,
  ORIGIN,
  planes,
  reopen,
  signedInAtSite,
  whoIs,
  type Jar,
} from '../fixtures/identity/relying-site.js';

openRelyingSite();

const QUIET = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

test('goes to the auth host and comes back where they wanted to go, signed in', async () => {
  const [jar, signedIn] = [newJar(), await signedInBrowser(planes)] as const;

  const begun = await openAtSite('/.koder-gate/sign-in?back=%2Fx%3Fa%3D1', { jar });
  const there = new URL(begun.headers.location ?? '');
  expect([begun.status, begun.headers]).toEqual([303, expect.objectContaining(QUIET)]);
  expect([there.origin, there.pathname, there.searchParams.get('host')]).toEqual([planes.publicUrl, '/handoff', HOST]);
  const [stateCookie = ''] = [...jar.keys()];
  expect([...jar.keys()]).toEqual([expect.stringMatching(/^kg-s-[0-9a-f]{8}$/)]);

  const continued = await signedIn.get(there.pathname + there.search);
  const back = new URL(continued.headers.location ?? '');
  expect([continued.status, continued.headers]).toEqual([303, expect.objectContaining(QUIET)]);
  expect([back.origin, back.pathname, back.searchParams.get('iss')]).toEqual([
    ORIGIN,
    '/.koder-gate/signed-in',
    planes.publicUrl,
  ]);

  const home = await openAtSite(back.pathname + back.search, { jar });
  expect([home.status, home.headers]).toEqual([303, expect.objectContaining({ ...QUIET, location: '/x?a=1' })]);
  expect([...jar.keys()]).toEqual(['kg']);
  expect(home.headers['set-cookie']).toEqual([
    expect.stringMatching(/^kg=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/),
    `${stateCookie}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`,
  ]);
  expect((await whoIs(jar))?.account).toMatchObject({ id: ADA, approver: ADA });
});

test.each([
  ['a path in other letters', '/café?q=日本', '/caf%C3%A9?q=%E6%97%A5%E6%9C%AC'],
  ['a path that is too long as a URL writes it', `/x?q=${'日'.repeat(1_000)}`, '/x'],
])('%s leads back in ASCII, which a header takes', async (_what, back, home) => {
  const [jar, signedIn] = [newJar(), await signedInBrowser(planes)] as const;

  const { status, headers } = await openAtSite(await continueAs(signedIn, await begin(jar, back)), { jar });

  expect([status, headers.location]).toEqual([303, home]);
  expect((await whoIs(jar))?.account.id).toBe(ADA);
});

test('whoever is signed in nowhere reads where signing in leads, and nothing of requests', async () => {
  const person = browser(planes);
  const asked = await person.get(await begin(newJar(), '/x'));

  const [first, reloaded] = [await person.get(asked.headers.location ?? ''), await person.get('/sign-in')];

  for (const { status, text } of [first, reloaded]) {
    expect([status, text]).toEqual([200, expect.stringContaining(`To go on to <strong>${HOST}</strong>.`)]);
    expect(text).not.toContain('approvers');
  }
});

test.each(['evil.example', `${HOST}.evil.example`, ''])(
  'no page names a host that is none of ours: %s',
  async (host) => {
    const next = `/handoff?${new URLSearchParams({ host, state: 'a', challenge: 'b' }).toString()}`;

    const { text } = await browser(planes).get(`/sign-in?${new URLSearchParams({ next }).toString()}`);

    expect(text).not.toContain('To go on to');
    expect(text).toContain('Requests are shown to approvers only');
  },
);

test('behind TLS every cookie is of that host alone', async () => {
  const publicUrl = 'https://gate.example.org';
  await reopen({ planes: { publicUrl }, gate: { publicUrl } });
  const jar = newJar();

  const { headers } = await openAtSite('/.koder-gate/sign-in', { jar });

  expect(headers.location).toMatch(/^https:\/\/gate\.example\.org\/handoff\?host=stg\.example\.org&/);
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(
      /^__Host-kg-s-[0-9a-f]{8}=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/,
    ),
  ]);
});

test('whoever is not signed in signs in first, and goes on to the site from there', async () => {
  const [jar, person] = [newJar(), browser(planes)] as const;
  const path = await begin(jar);

  const asked = await person.get(path);
  const next = new URL(asked.headers.location ?? '', planes.publicUrl);
  expect([asked.status, next.pathname]).toEqual([303, '/sign-in']);
  await person.get(next.pathname + next.search);
  const link = await planes.identity.signInLinks.make(ADA, 'eva');
  const signed = await person.post(new URL(link?.url ?? '').pathname, { next: next.searchParams.get('next') ?? '' });
  const page = await person.get(signed.headers.location ?? '');

  // not a redirect: behind a form browsers hold those to the sources of `form-action`
  expect([signed.status, page.status]).toEqual([303, 200]);
  const [, url = ''] = /^0; url=(.*)$/.exec(String(page.headers['refresh'])) ?? [];
  expect(page.text).toContain(`href="${url.replaceAll('&', '&amp;')}"`);
  const { pathname, search } = new URL(url);
  expect((await openAtSite(pathname + search, { jar })).headers.location).toBe('/x?a=1');
  expect((await whoIs(jar))?.account.id).toBe(ADA);
});

test('whoever has to give more than one factor gives it first, and then comes back', async () => {
  await reopen({ planes: { secondFactor: 'required' } });
  const [jar, half] = [newJar(), await signedInBrowser(planes)] as const;

  const answer = await half.get(await begin(jar));

  expect([answer.status, answer.headers.location]).toEqual([303, '/sign-in/factor']);
  expect(decodeURIComponent(half.cookies.get('gate-next') ?? '')).toMatch(/^\/handoff\?host=/);
});

test('four tabs that begin at once all arrive', async () => {
  const [jar, signedIn] = [newJar(), await signedInBrowser(planes)] as const;
  const backs = ['/a', '/b', '/c', '/d'];

  const begun = await Promise.all(backs.map((back) => begin(jar, back)));
  const returns = await Promise.all(begun.map((path) => continueAs(signedIn, path)));
  const arrived = await Promise.all(returns.map((path) => openAtSite(path, { jar })));

  expect(arrived.map(({ status, headers }) => [status, headers.location])).toEqual(backs.map((back) => [303, back]));
  expect((await whoIs(jar))?.account.id).toBe(ADA);
  expect([...jar.keys()]).toEqual(['kg']);
});

test('signing in anew replaces what the browser held', async () => {
  const { jar, browser: signedIn } = await signedInAtSite();
  const before: Jar = new Map(jar);

  await openAtSite(await continueAs(signedIn, await begin(jar)), { jar });

  expect(await whoIs(before)).toBeNull();
  expect((await whoIs(jar))?.account.id).toBe(ADA);
});

test.each([
  ['signing out', async ({ signOut }: Ways) => signOut()],
  ['an operator who ends their sessions', async ({ end }: Ways) => end({ by: 'approver', approver: ADA })],
  ['an operator who ends all', async ({ end }: Ways) => end({ by: 'all' })],
])('%s at the auth host ends it at the site', async (_, how) => {
  const { jar, browser: signedIn } = await signedInAtSite();
  const by = { who: 'operator:eva', surface: 'cli', address: null } as const;

  await how({
    async signOut() {
      const page = await signedIn.get('/account');
      const csrf = /action="\/sign-out">\s*<input type="hidden" name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      expect((await signedIn.post('/sign-out', { csrf })).status).toBe(303);
    },
    end: async (which) => {
      const audit = { ...by, what: 'sessions_ended', site: null, detail: {} };
      await planes.store.ledger.identity.endSessions(which, audit);
    },
  });

  expect(await whoIs(jar)).toBeNull();
});

interface Ways {
  readonly signOut: () => Promise<void>;
  readonly end: (which: Parameters<typeof planes.store.ledger.identity.endSessions>[0]) => Promise<void>;
}

test('signing out at the site leaves the auth host alone', async () => {
  const { jar, browser: signedIn } = await signedInAtSite();

  const cleared = await planes.identity.handoff.signOut(
    { origin: ORIGIN, cookies: `kg=${jar.get('kg') ?? ''}` },
    { site: HOST, address: VISITOR },
  );

  expect(cleared).toContain('Max-Age=0');
  expect(await whoIs(jar)).toBeNull();
  const [row] = (await planes.store.ledger.audit.recent(1)).map(({ who, what, address }) => ({ who, what, address }));
  expect(row).toEqual({ who: ADA, what: 'sessions_ended', address: VISITOR });
  expect((await signedIn.get('/account')).status).toBe(200);
});

test('a site that does not use it has no such pages, and neither has one that nobody guards', async () => {
  await reopen({ gate: { sites: [] } });
  const nowhere = await openAtSite('/.koder-gate/sign-in');
  await reopen({ gate: { sites: [site()] } });

  const pages = ['sign-in', 'signed-in'].map((page) => openAtSite(`/.koder-gate/${page}`));

  expect(nowhere.status).toBe(404);
  expect((await Promise.all(pages)).map(({ status }) => status)).toEqual([404, 404]);
});

test('a proxy that is not trusted signs nobody in', async () => {
  await reopen({ gate: { ...{ trustedProxies: ['10.0.0.0/8'] } } });
  const path = named('/.koder-gate/sign-in');

  const replies = [
    await ask(gate.port, { path, headers: { ...BROWSER, ...forwarded({ address: VISITOR }) } }),
    await ask(gate.port, { path, headers: { ...BROWSER, host: HOST } }),
  ];

  expect(replies.map(({ headers }) => headers['set-cookie'])).toEqual([undefined, undefined]);
  expect(replies.map(({ status }) => status)).toEqual([403, 404]);
  expect(gate.fixture.requests).toEqual([]);
});

test('a HEAD changes nothing, at the site and at the auth host', async () => {
  const jar = newJar();
  const headed = await openAtSite('/.koder-gate/sign-in', { jar, method: 'HEAD' });
  expect([headed.status, jar.size, planes.store.query('SELECT * FROM handoffs')]).toEqual([405, 0, []]);

  const signedIn = await signedInBrowser(planes);
  const path = await begin(jar);
  const headers = { cookie: signedIn.cookieHeader() };
  const atHost = await call(planes.publicUrl + path, { method: 'HEAD', headers });
  const back = await continueAs(signedIn, path);
  const finished = await openAtSite(back, { jar, method: 'HEAD' });

  expect([atHost.status, finished.status]).toEqual([405, 405]);
  expect((await openAtSite(back, { jar })).headers.location).toBe('/x?a=1');
});

test('while the database is out of reach nobody goes on, and what was begun is good afterwards', async () => {
  const jar = newJar();
  const signedIn = await signedInBrowser(planes);
  const path = await begin(jar);
  planes.store.behave('away');
  const away = [
    (await openAtSite('/.koder-gate/sign-in')).status,
    (await signedIn.get(path)).status,
    (await openAtSite(`/.koder-gate/signed-in?${path.split('?')[1] ?? ''}`, { jar })).status,
  ];
  planes.store.behave('well');

  const arrived = await openAtSite(await continueAs(signedIn, path), { jar });

  expect(away).toEqual([503, 503, 403]);
  expect(arrived.headers.location).toBe('/x?a=1');
});

test('what was begun is forgotten where it has become too much', async () => {
  const jar = newJar();
  for (let index = 0; index < 16; index += 1) jar.set(`kg-s-0000000${index.toString(16)}`, 'a'.repeat(64));

  await begin(jar);

  expect(jar.size).toBe(1);
});

test('what went wrong says so, and how to begin again', async () => {
  const reply = await openAtSite('/.koder-gate/signed-in?code=x&state=y');

  expect([reply.status, stateOf(reply)]).toEqual([403, 'not_signed_in']);
  expect(reply.body).toContain('href="/.koder-gate/sign-in"');
});
