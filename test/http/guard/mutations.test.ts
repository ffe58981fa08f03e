/** Ten thousand damaged calls against Talk's receiver and the producers', each behind the guard on the public plane. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withstandsMutations, type AttackedReceiver } from '../../contract/mutations/mutations.js';
import { SIGNING_SECRETS } from '../../fakes/talk.js';
import { ADA, JET_BEARER, JET_HOST } from '../../fixtures/http/planes.js';
import { openTalkPlane, PATH, type TalkCall, type TalkPlane } from './talk-plane.js';

const DEADLINE_MS = 180_000;
const TOKEN = '8c7d2a9e1b3f4a0c5e6d8b9a7c1d2e3f';

let plane: TalkPlane;
beforeEach(async () => {
  plane = await openTalkPlane({ failuresPerMinute: Number.MAX_SAFE_INTEGER });
});
afterEach(() => plane.stop());

test(
  "Talk's receiver withstands them",
  async () => {
    const { token } = await plane.planes.accessRequest();

    const statuses = await withstandsMutations(talk(token));

    expect(statuses.get(401)).toBeGreaterThan(3_000);
    expect(statuses.get(429)).toBeUndefined();
  },
  DEADLINE_MS,
);

test(
  "the producers' receiver withstands them",
  async () => {
    const statuses = await withstandsMutations(producers());

    expect(statuses.get(401)).toBeGreaterThan(3_000);
    expect(statuses.get(400)).toBeGreaterThan(1_000);
  },
  DEADLINE_MS,
);

function talk(token: string): AttackedReceiver {
  const before = plane.effects();
  const say = (text: string): TalkCall =>
    plane.signed(JSON.stringify({ type: 'text', workspace: 'w1', user: ADA, text }));
  return {
    url: plane.planes.publicUrl + PATH,
    genuine: () => [
      asCall(plane.tap({ token })),
      asCall(plane.tap({ token, verb: 'deny' })),
      asCall(say('/gate pending')),
    ],
    sign: (body) => asCall(plane.signed(body)).headers,
    authHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    effects: () => plane.effects() - before,
    logged: plane.logged,
    secrets: [token, ADA, ...SIGNING_SECRETS],
  };
}

function producers(): AttackedReceiver {
  const payload = () =>
    JSON.stringify({
      token: TOKEN,
      host: JET_HOST,
      environment: 'stg',
      origin_ip: '189.45.12.30',
      user_agent: 'Mozilla/5.0',
      geo: 'BR',
      timestamp: new Date(plane.planes.nowMs()).toISOString(),
      admin: ADA,
      confirm_url: `https://confirm.example.net/req/${TOKEN}`,
      ttl_seconds: 600,
    });
  const headers = [
    ['content-type', 'application/json'],
    ['authorization', `Bearer ${JET_BEARER}`],
  ] as const;
  return {
    url: `${plane.planes.publicUrl}/api/v1/bots/koder-gate/approvals`,
    genuine: () => [{ method: 'POST', headers, body: Buffer.from(payload()) }],
    sign: () => headers,
    authHeaders: ['authorization'],
    isBodyProven: false,
    effects: plane.effects,
    logged: plane.logged,
    secrets: [TOKEN, JET_BEARER, JET_HOST, ADA, '189.45.12.30'],
  };
}

function asCall({ headers, body }: TalkCall): ReturnType<AttackedReceiver['genuine']>[0] {
  return { method: 'POST', headers: Object.entries(headers), body: Buffer.from(body) };
}
