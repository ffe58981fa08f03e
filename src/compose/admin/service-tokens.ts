/** Service tokens: minted, listed and revoked by operators, whom the admin plane has checked. Every act is audited. */
import type { Chance } from '../../base/chance.js';
import type { Clock } from '../../base/clock.js';
import { nearest } from '../../base/nearest.js';
import type {
  MintedServiceToken,
  MintPost,
  MintRefusal,
  ServiceTokenLine,
  ServiceTokens,
} from '../../contract/admin.js';
import type { AuditEntry } from '../../contract/audit-ledger.js';
import type { ProofsOf } from '../../contract/caller-proofs.js';
import type { ServiceTokenLedger, ServiceTokenRecord } from '../../contract/service-token-ledger.js';
import { newServiceToken, serviceTokenHash } from '../../http/receiver/service-token.js';

export interface ServiceTokensParts {
  readonly ledger: ServiceTokenLedger;
  readonly proofs: ProofsOf<'serviceTokens'>;
  readonly chance: Chance;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export function createServiceTokens(parts: ServiceTokensParts): ServiceTokens {
  const { ledger, clock } = parts;
  return {
    async list() {
      const tokens = await ledger.list();
      return { tokens: tokens.map((token) => lineOf(token, clock.nowMs())) };
    },
    mint: (post) => mint(parts, post),
    async revoke(id, operator) {
      const revoked = await ledger.revoke(id, auditOf(operator, 'service_token_revoked', {}));
      return revoked === null ? null : lineOf(revoked, clock.nowMs());
    },
  };
}

async function mint(parts: ServiceTokensParts, post: MintPost): Promise<MintedServiceToken | MintRefusal> {
  const { ledger, chance, clock } = parts;
  const { producer, label, ttlSeconds, operator } = post;
  const proofs = parts.proofs();
  const takes = proofs.get(producer)?.serviceTokens;
  if (takes === undefined) return { kind: 'unknown_producer', nearest: nearest(producer, proofs.keys()) };
  if (!takes) return { kind: 'takes_none' };
  const token = newServiceToken(chance).revealText();
  const wish = { id: chance.id(), hash: serviceTokenHash(token), producer, label, ttlSeconds };
  const minted = await ledger.mint(wish, auditOf(operator, 'service_token_minted', { label, ttlSeconds }));
  return { ...lineOf(minted, clock.nowMs()), token };
}

/** The ledger adds to the audit entry which token of which producer it was. */
function auditOf(operator: string, what: string, detail: AuditEntry['detail']): AuditEntry {
  return { who: `operator:${operator}`, what, surface: 'cli', site: null, address: null, detail };
}

/** `state` is for people and uses this process's clock; whether a token is accepted is judged by the database's clock. */
function lineOf(token: ServiceTokenRecord, nowMs: number): ServiceTokenLine {
  const { id, producer, label, createdAtMs, untilMs, lastUsedAtMs, revokedAtMs } = token;
  const isOver = untilMs !== null && untilMs <= nowMs;
  return {
    id,
    producer,
    label,
    state: revokedAtMs !== null ? 'revoked' : isOver ? 'expired' : 'live',
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: time(untilMs),
    lastUsedAt: time(lastUsedAtMs),
    revokedAt: time(revokedAtMs),
  };
}

function time(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
