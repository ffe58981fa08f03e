/** Approvers' sessions, as an operator lists and ends them, and what an approver's session may not read. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { GateEvent } from '../../src/events/events.js';
import { ADA, ADMIN_TOKEN, BOB, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { signInBy } from '../fixtures/http/sign-in.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { call, type Answer } from '../fixtures/http/visitor-client.js';

const BEARER = { authorization: `Bearer ${ADMIN_TOKEN}` };
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36';
const LIST = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      account: z.string(),
      address: z.string().nullable(),
      browser: z.string().nullable(),
      createdAt: z.string(),
      expiresAt: z.string(),
    }),
  ),
});

let planes: Planes;
let events: GateEvent[];

beforeEach(async () => {
  events = [];
  planes = await startPlanes({ onEvent: (event) => void events.push(event) });
});
afterEach(() => planes.stop());

async function cookieOf(approver: string): Promise<string> {
  const link = await planes.identity.signInLinks.make(approver, 'root');
  const answer = await call(link?.url ?? '', {
    method: 'POST',
    headers: {
      origin: planes.publicUrl,
      'user-agent': CHROME,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: '',
  });
  return /^[^;]+/.exec(answer.headers['set-cookie']?.find((one) => one.startsWith('gate=')) ?? '')?.[0] ?? '';
}

async function listed(query = ''): Promise<z.infer<typeof LIST>['sessions']> {
  const answer = await call(`${planes.adminUrl}/v1/sessions${query}`, { headers: BEARER });
  expect(answer.status).toBe(200);
  return LIST.parse(JSON.parse(answer.text)).sessions;
}

function end(body: object, headers: Readonly<Record<string, string>> = BEARER): Promise<Answer> {
  return call(`${planes.adminUrl}/v1/sessions/end`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ operator: 'eva', ...body }),
  });
}

async function isSignedIn(cookie: string): Promise<boolean> {
  return (await planes.identity.sessions.find(planes.identity.sessions.cookie.read(cookie))) !== null;
}

describe('an operator', () => {
  test('sees who is signed in, from where and with what, and nothing that signs in', async () => {
    const cookie = await cookieOf(ADA);

    const sessions = await listed();

    expect(sessions).toEqual([
      expect.objectContaining({ account: ADA, address: '127.0.0.1', browser: 'Chrome 148 on Linux' }),
    ]);
    expect(cookie).not.toContain(sessions[0]?.id);
    expect(Date.parse(sessions[0]?.expiresAt ?? '') - Date.parse(sessions[0]?.createdAt ?? '')).toBeLessThan(
      43_210_000,
    );
  });

  test('ends one by its id, and the other lives on', async () => {
    const cookies = [await cookieOf(ADA), await cookieOf(BOB)];
    const [ofAda] = await listed(`?account=${encodeURIComponent(ADA)}`);

    const answer = await end({ id: ofAda?.id });

    expect(answer.status).toBe(200);
    expect(await Promise.all(cookies.map(isSignedIn))).toEqual([false, true]);
    expect(events).toContainEqual({ event: 'auth_gate.sessions_ended', account: ADA, count: 1, by: 'operator:eva' });
    const rows = (await planes.store.ledger.audit.recent(20)).filter(({ what }) => what === 'sessions_ended');
    expect(rows).toMatchObject([{ who: 'operator:eva', detail: { approver: ADA, count: 1, sessions: ofAda?.id } }]);
    expect((await end({ id: ofAda?.id })).status).toBe(404);
  });

  test('ends all of one approver, and all of everybody', async () => {
    const [ada, bob] = [await cookieOf(ADA), await cookieOf(BOB)];

    await end({ account: ADA });
    const afterOne = [await isSignedIn(ada), await isSignedIn(bob)];
    await end({ all: true });

    expect([afterOne, await isSignedIn(bob)]).toEqual([[false, true], false]);
  });

  test.each([{}, { all: true, account: ADA }, { id: 'x' }, { all: false }])('is refused %j', async (body) => {
    expect((await end(body)).status).toBe(400);
  });
});

describe('an approver who is signed in', () => {
  test.each(['/metrics', '/v1/sessions', '/v1/doctor', '/v1/dead-letters', '/v1/service-tokens'])(
    'may not read %s',
    async (path) => {
      const cookie = (await signedInAtAdmin(planes, ADA)).cookieHeader();

      const answer = await call(planes.adminUrl + path, { headers: { cookie } });

      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'operators_only' });
    },
  );

  test('may not end a session, not even its own', async () => {
    const cookie = (await signedInAtAdmin(planes, ADA)).cookieHeader();

    const answer = await end({ all: true }, { cookie, origin: planes.adminUrl });

    expect(answer.status).toBe(403);
    expect(await isSignedIn(cookie)).toBe(true);
  });
});

test('a newer sign-in link is the only one that is good', async () => {
  const older = await planes.identity.signInLinks.make(ADA, 'root');
  const newer = await planes.identity.signInLinks.make(ADA, 'root');

  expect((await call(older?.url ?? '')).status).toBe(404);
  expect(await signInBy(planes.identity, older?.secret ?? '')).toBeNull();
  expect(await signInBy(planes.identity, newer?.secret ?? '')).not.toBeNull();
});
