/** An operator at the admin plane, and a producer at the public one, as the dead-letter tests need them. */
import { ADMIN_TOKEN, JET_BEARER, JET_HOST } from '../../fixtures/http/planes.js';
import { call, type Answer } from '../../fixtures/http/visitor-client.js';
import type { TalkPlane } from './talk-plane.js';

export const PRODUCERS = '/api/v1/bots/koder-gate/approvals';

/** Reads; with an operator's name, acts. */
export function asOperator(plane: TalkPlane, path: string, operator?: string): Promise<Answer> {
  return call(plane.planes.adminUrl + path, {
    method: operator === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    ...(operator === undefined ? {} : { body: JSON.stringify({ operator }) }),
  });
}

export function redrive(plane: TalkPlane, id: number | undefined): Promise<Answer> {
  return asOperator(plane, `/v1/dead-letters/${String(id)}/redrive`, 'eve');
}

export function produce(
  plane: TalkPlane,
  token: string,
  over: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const payload = {
    token,
    host: JET_HOST,
    environment: 'stg',
    origin_ip: '189.45.12.30',
    user_agent: 'Mozilla/5.0',
    timestamp: new Date(plane.planes.nowMs()).toISOString(),
    admin: 'ada@example.org',
    ttl_seconds: 600,
    ...over,
  };
  return call(plane.planes.publicUrl + PRODUCERS, {
    method: 'POST',
    headers: { authorization: `Bearer ${JET_BEARER}` },
    body: JSON.stringify(payload),
  });
}

/** Oldest first: who did what. */
export async function audited(plane: TalkPlane): Promise<readonly (readonly [string, string])[]> {
  const rows = await plane.planes.store.ledger.audit.recent(100);
  return [...rows].reverse().map(({ who, what }) => [who, what] as const);
}

export function json({ text }: Answer): unknown {
  return JSON.parse(text);
}
