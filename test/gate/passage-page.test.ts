/** What a visitor reads at a site that lets people in by who they are: a choice, and never a request of itself. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SignedInHere } from '../../src/contract/handed-out-here.js';
import {
  ANA,
  byProvider,
  cookieOf,
  OF_EXAMPLE,
  signedInFixture,
  type SignedInFixture,
} from '../fixtures/gate/signed-in.js';
import {
  ask,
  BROWSER,
  forwarded,
  HOST,
  named,
  site,
  startGate,
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

let signedIn: SignedInFixture;
let gate: RunningGate;
const EVE = byProvider({ email: 'eve@elsewhere.org', name: 'Eve <b>' });

beforeEach(async () => {
  signedIn = signedInFixture();
  gate = await startGate({ sites: [site({ passage: [OF_EXAMPLE] })], handedOut: signedIn.handedOut });
});

afterEach(() => gate.stop());

function signIn(person: SignedInHere = EVE): void {
  signedIn.sessions.set(`https://${HOST} c1`, { ...person, untilMs: Date.now() + 60_000 });
}

function open(path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return ask(gate.port, { path: named(path), headers: { ...forwarded(), ...BROWSER, ...headers } });
}

test('whoever comes is asked whether they have an account, and no request is sent', async () => {
  const { status, body } = await open('/.koder-gate/pending/GET/a?b=1');

  expect(status).toBe(403);
  expect(body).toContain('href="/.koder-gate/sign-in?back=%2Fa%3Fb%3D1"');
  expect(body).toContain('href="/.koder-gate/ask?return=%2Fa%3Fb%3D1"');
  expect(body).toContain('No request was sent yet');
  expect(gate.fixture.accessRequests).toEqual([]);
});

test('by the link there a person is asked, for the path that was wanted', async () => {
  const { body } = await open('/.koder-gate/ask?return=%2Fa%3Fb%3D1', { 'sec-fetch-site': 'same-origin' });

  expect(body).toContain('Access pending');
  expect(body).toContain('Have an account? <a class="other" href="/.koder-gate/sign-in?back=%2Fa%3Fb%3D1">Sign in</a>');
  expect(gate.fixture.accessRequests).toMatchObject([{ path: '/a?b=1', site: HOST }]);
  expect(gate.fixture.accessRequests[0]).not.toHaveProperty('person');
});

test('whoever asks at the same address afterwards is led back to their own page, and reads nothing of the first one', async () => {
  const own = { 'sec-fetch-site': 'same-origin' };
  await open('/.koder-gate/ask?return=%2Freset%3Ftoken%3DSECRET', own);

  const { body } = await open('/.koder-gate/ask?return=%2F', own);

  expect(body).toContain('Access pending');
  expect(body).toContain('Have an account? <a class="other" href="/.koder-gate/sign-in?back=%2F">Sign in</a>');
  expect(body).toContain('data-return="/"');
  expect(body).not.toMatch(/SECRET|reset/);
  expect(gate.fixture.requests).toMatchObject([{ path: '/reset?token=SECRET' }]);
});

test.each([{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-purpose': 'prefetch' }])(
  'but not by %j',
  async (headers) => {
    await open('/.koder-gate/ask?return=%2F', headers);

    expect(gate.fixture.accessRequests).toEqual([]);
  },
);

test('looking ahead at what asking would answer asks nobody', async () => {
  const { status, body } = await ask(gate.port, {
    method: 'HEAD',
    path: named('/.koder-gate/ask?return=%2F'),
    headers: { ...forwarded(), ...BROWSER },
  });

  expect([status, body]).toEqual([405, '']);
  expect(gate.fixture.accessRequests).toEqual([]);
});

test('whoever is signed in and not on the list has a person asked, who is told who they are', async () => {
  signIn();

  const { body } = await open('/.koder-gate/pending/GET/a', cookieOf('c1'));

  expect(body).toContain('Access pending');
  expect(body).toContain('You are signed in as <strong>Ana Souza</strong>');
  expect(gate.fixture.accessRequests[0]?.person).toEqual({
    handle: null,
    name: 'Eve <b>',
    mailbox: 'eve@elsewhere.org',
    by: 'Koder ID',
  });
});

test('the page that takes its place says the same, to them and to nobody else at their address', async () => {
  signIn();
  await open('/.koder-gate/pending/GET/a', cookieOf('c1'));
  const wait = `/.koder-gate/wait/${String(gate.fixture.requests[0]?.statusId)}?return=%2Fa`;

  const [theirs, others] = [await open(wait, cookieOf('c1')), await open(wait)];

  expect(theirs.body).toContain('You are signed in as <strong>Ana Souza</strong>');
  expect(others.body).not.toContain('Ana Souza');
});

test('whoever is on the list is sent on from there, and a request of before stays what it was', async () => {
  signIn(ANA);

  const { status, headers } = await open('/.koder-gate/pending/GET/a', cookieOf('c1'));

  expect([status, headers.location]).toEqual([303, '/a']);
});

test('programs are told in a sentence, and ask nobody', async () => {
  const { status, body } = await ask(gate.port, {
    path: named('/auth/forward'),
    headers: { ...forwarded(), accept: 'application/json' },
  });

  expect([status, gate.fixture.accessRequests]).toEqual([403, []]);
  expect(body).not.toContain('sign-in');
});

test('a site without a list has neither the choice nor that page', async () => {
  const plain = await startGate({});

  const { body } = await ask(plain.port, {
    path: named('/.koder-gate/pending/GET/'),
    headers: { ...forwarded(), ...BROWSER },
  });
  const asked = await ask(plain.port, { path: named('/.koder-gate/ask'), headers: { ...forwarded(), ...BROWSER } });

  expect(body).not.toContain('sign-in');
  expect(asked.status).toBe(404);
  expect(plain.fixture.accessRequests).toHaveLength(1);
  await plain.stop();
});
