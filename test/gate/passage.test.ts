/** Passing by who one is, at the check: what opens, and everything that must not. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import type { Site } from '../../src/approval/site.js';
import type { SignedInHere } from '../../src/contract/handed-out-here.js';
import {
  ADA,
  ANA,
  byProvider,
  cookieOf,
  OF_EXAMPLE,
  signedInFixture,
  type SignedInFixture,
} from '../fixtures/gate/signed-in.js';
import { manualClock, type ManualClock } from '../fixtures/time/manual-clock.js';
import {
  ask,
  directoryOf,
  forwarded,
  HOST,
  named,
  site,
  startGate,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

const OTHER = 'other.example.org';
const STALE_SECONDS = 120;
let clock: ManualClock;
let signedIn: SignedInFixture;
let gate: RunningGate;

beforeEach(async () => {
  clock = manualClock();
  signedIn = signedInFixture();
  const { handedOut } = signedIn;
  gate = await startGate({ sites: sitesWith({}), clock, handedOut, staleMaxSeconds: STALE_SECONDS });
});

afterEach(() => gate.stop());

function sitesWith(facts: Partial<Site>): readonly Site[] {
  const passage = [{ kind: 'approvers' } as const, OF_EXAMPLE];
  return [
    site({ passage, ...facts }),
    site({ key: OTHER as Site['key'], domains: [OTHER], passage }),
    site({ key: 'plain.example.org' as Site['key'], domains: ['plain.example.org'] }),
  ];
}

function signIn(person: SignedInHere = ANA, value = 'c1', origin = `https://${HOST}`): void {
  signedIn.sessions.set(`${origin} ${value}`, { ...person, untilMs: clock.nowMs() + 43_200_000 });
}

async function check(headers: Record<string, string> = cookieOf('c1'), host = HOST): Promise<number> {
  const asked = await ask(gate.port, {
    path: named('/auth/nginx/GET/a', host),
    headers: { ...forwarded({ host }), ...headers },
  });
  return asked.status;
}

describe.each(['/auth/forward', '/auth/nginx/GET/', '/auth/envoy/'])('%s', (path) => {
  test('whoever is on the list passes, and nothing false is told of them', async () => {
    signIn();

    const { status, headers } = await ask(gate.port, {
      path: named(path),
      headers: { ...forwarded(), ...cookieOf('c1') },
    });

    expect(status).toBe(path.startsWith('/auth/envoy') ? 200 : 204);
    expect([headers['x-gate-grant'], headers['x-gate-approver'], headers['x-gate-site']]).toEqual(['', '', HOST]);
    expect(gate.fixture.accessRequests).toEqual([]);
  });
});

test('an approver of the site passes, one of another site does not', async () => {
  signIn(ADA);
  signIn({ ...ADA, account: { ...ADA.account, approver: 'bob@example.org' as ApproverId } }, 'c2');

  expect([await check(), await check(cookieOf('c2'))]).toEqual([204, 403]);
});

test.each<readonly [string, SignedInHere]>([
  ['is not on the list', { ...ANA, credential: null }],
  ['lacks a second factor', { ...ANA, lacks: 'second_factor' }],
  ['has no verified address', byProvider({ isEmailVerified: false })],
])('whoever %s does not pass', async (_why, person) => {
  signIn(person);

  expect(await check()).toBe(403);
});

test('a cookie opens the one host that it was given for', async () => {
  signIn();

  expect([await check(), await check(cookieOf('c1'), OTHER)]).toEqual([204, 403]);
});

test('no cookie, another name, two of the name, and a value of nobody let nobody in', async () => {
  signIn();

  const headers = ['', 'kg=c1', 'x__Host-kg=c1', '__Host-kg=c1; __Host-kg=c1', '__Host-kg=c2'].map((cookie) => ({
    cookie,
  }));
  expect(await Promise.all(headers.map((one) => check(one)))).toEqual([403, 403, 403, 403, 403]);
});

test('a site without a list reads no cookie and asks nobody', async () => {
  signIn(ANA, 'c1', 'https://plain.example.org');

  expect(await check(cookieOf('c1'), 'plain.example.org')).toBe(403);
  expect(signedIn.asked).toBe(0);
});

test('whoever has a grant is asked for nothing', async () => {
  gate.fixture.grant(HOST, '203.0.113.7');

  expect(await check()).toBe(204);
  expect(signedIn.asked).toBe(0);
});

test('a proxy that is not trusted is not believed in its cookies, either', async () => {
  const { handedOut } = signedIn;
  signIn();
  const untrusting = await startGate({ sites: sitesWith({}), clock, handedOut, trustedProxies: ['10.0.0.0/8'] });

  const forwarding = await ask(untrusting.port, {
    path: named('/auth/nginx/GET/'),
    headers: { ...forwarded(), ...cookieOf('c1') },
  });
  const direct = await ask(untrusting.port, {
    path: named('/auth/nginx/GET/'),
    headers: { host: HOST, ...cookieOf('c1') },
  });

  expect([forwarding.status, direct.status, signedIn.asked]).toEqual([403, 403, 0]);
  await untrusting.stop();
});

describe('how soon it ends', () => {
  beforeEach(async () => {
    signIn();
    expect(await check()).toBe(204);
  });

  test('it is asked of the database once in 30 s', async () => {
    for (let n = 0; n < 20; n += 1) expect(await check()).toBe(204);
    expect(signedIn.asked).toBe(1);

    await clock.advance(31_000);
    await check();

    expect(signedIn.asked).toBe(2);
  });

  test('a session that ended passes no more, at once where that is heard, else after 30 s', async () => {
    signedIn.sessions.clear();
    expect(await check()).toBe(204);

    gate.fixture.emit({ kind: 'handed_out_ended' });

    expect(await check()).toBe(403);
  });

  test('and where it was not heard, after 30 s', async () => {
    signedIn.sessions.clear();
    await clock.advance(31_000);

    expect(await check()).toBe(403);
  });

  test('it is over at its own end, whatever is remembered', async () => {
    signedIn.sessions.set(`https://${HOST} c1`, { ...ANA, untilMs: clock.nowMs() + 5_000 });
    gate.fixture.emit({ kind: 'handed_out_ended' });
    expect(await check()).toBe(204);
    signedIn.sessions.clear();

    await clock.advance(5_000);

    expect(await check()).toBe(403);
  });

  test('whoever leaves the list passes no more from the next check on', async () => {
    gate.directory = directoryOf(sitesWith({ passage: [{ kind: 'approvers' }] }));

    expect(await check()).toBe(403);
  });

  test('an account that is nobody after a reload passes no more', async () => {
    signedIn.sessions.clear();
    gate.directory = directoryOf(sitesWith({}));

    expect(await check()).toBe(403);
  });

  test.each(['rejects', 'hangs'] as const)(
    'a database that %s lets them pass for the stale time, others never',
    async (outage) => {
      signIn(ANA, 'c2');
      signedIn.outage = outage;
      gate.fixture.emit({ kind: 'lost' });

      const asked = [check(), check(cookieOf('c2'))];
      await clock.advance(3_000);
      expect(await Promise.all(asked)).toEqual([204, 403]);

      await clock.advance(STALE_SECONDS * 1_000);
      const later = check();
      await clock.advance(3_000);
      expect(await later).toBe(403);
    },
  );

  test('one who was ended does not pass by the stale time', async () => {
    signedIn.outage = 'rejects';
    gate.fixture.emit({ kind: 'handed_out_ended' });

    expect(await check()).toBe(403);
  });
});

test('an end that comes while the database is asked is not outrun by the answer', async () => {
  signIn();
  const release = signedIn.hold();
  const asked = check();
  while (signedIn.asked === 0) await new Promise((resolve) => setImmediate(resolve));

  signedIn.sessions.clear();
  gate.fixture.emit({ kind: 'handed_out_ended' });
  release();

  expect(await asked).toBe(403);
  expect(await check()).toBe(403);
});

test('20 checks at once of a cookie that is not known ask once', async () => {
  signIn();

  expect(await Promise.all(Array.from({ length: 20 }, () => check()))).toEqual(Array<number>(20).fill(204));
  expect(signedIn.asked).toBe(1);
});

test('it is noted once for a session, and counted each time', async () => {
  signIn();
  for (let n = 0; n < 3; n += 1) await check();

  expect([...gate.fixture.audited.values()]).toEqual([
    {
      who: 'a1',
      what: 'passed_by_passage',
      surface: 'gate',
      site: HOST,
      address: '203.0.113.7',
      detail: { by: 'koder' },
    },
  ]);
  expect(gate.events).toEqual([{ event: 'auth_gate.passed_by_passage', site: HOST, address: '203.0.113.7', by: 'a1' }]);
  expect(gate.gate.passTallies()).toEqual([{ kind: 'passage', site: HOST, pattern: '', count: 3 }]);
});
