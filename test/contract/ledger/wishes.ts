/** What the ledger's suites ask for: small, valid wishes with names that do not collide. */
import type {
  ApproverId,
  ChannelName,
  RequestId,
  SiteKey,
  StatusId,
  Token,
  VisitorAddress,
} from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import { sha256Hex } from '../../../src/base/digest.js';
import type {
  AuditEntry,
  Closing,
  Claim,
  DecideRequest,
  GrantRecord,
  Ledger,
  NewDelivery,
  OpenRequest,
} from '../../../src/contract/ledger.js';

const chance = systemChance();

export const SITE = 'stg.example.org' as SiteKey;
export const RPM = 'rpm@koder.dev' as ApproverId;
export const ANA = 'ana@koder.dev' as ApproverId;
export const TALK = 'talk' as ChannelName;
export const EMAIL = 'email' as ChannelName;
/** The carrier of producers' callbacks. */
export const CALLBACK = 'webhook' as ChannelName;
export const LEASE_MS = 60_000;

export const opened: AuditEntry = {
  who: 'visitor',
  what: 'opened',
  surface: 'gate',
  site: SITE,
  address: '192.0.2.7',
  detail: { host: SITE },
};

export function newToken(): Token {
  return chance.hex(16) as Token;
}

/** An address of its own, so that windows do not meet. */
export function newAddress(): VisitorAddress {
  return `2001:db8:${chance.hex(2)}:${chance.hex(2)}::/64` as VisitorAddress;
}

export function newApprover(): ApproverId {
  return `${chance.id()}@koder.dev` as ApproverId;
}

export function delivery(channel: ChannelName = TALK, address: string = RPM): NewDelivery {
  const recipient = { kind: 'approver', approver: RPM, address } as const;
  return { id: chance.id(), channel, carrier: channel, recipient };
}

/** A request of our own gate for one approver of its own, with one Talk card. */
export function openWish(change: Partial<OpenRequest> = {}): OpenRequest {
  const token = newToken();
  const address = newAddress();
  const approver = newApprover();
  return {
    id: chance.id() as RequestId,
    statusId: chance.hex(16) as StatusId,
    tokenHash: sha256Hex(token),
    tokenPrefix: token.slice(0, 8),
    sealedToken: 'sealed',
    producer: 'gate',
    endpoint: null,
    site: SITE,
    host: SITE,
    environment: 'stg',
    path: '/a?b=c',
    address,
    country: 'BR',
    userAgent: 'Mozilla/5.0',
    browser: 'Chrome 148 on Linux',
    ttlSeconds: 600,
    grantTtlSeconds: 3_600,
    theirConfirmUrl: null,
    callback: null,
    window: { key: address, seconds: 600 },
    approvers: [{ id: approver, deliveries: [delivery(TALK, approver)] }],
    maxPendingPerApprover: 10,
    firstClaims: null,
    ...change,
  };
}

/** A producer's request with a callback. */
export function producerWish(change: Partial<OpenRequest> = {}): OpenRequest {
  return openWish({
    producer: 'jet',
    endpoint: 'talk-approvals',
    window: null,
    callback: { producer: 'jet', url: 'https://jet.example.org/outcome' },
    ...change,
  });
}

export function approval(wish: Pick<OpenRequest, 'tokenHash'>, change: Partial<DecideRequest> = {}): DecideRequest {
  return {
    ref: { by: 'tokenHash', tokenHash: wish.tokenHash },
    tapId: chance.id(),
    outcome: 'approved',
    by: RPM,
    surface: 'talk',
    ttlSeconds: null,
    denial: null,
    ...change,
  };
}

/** Writes a grant by a call that nobody repeats. */
export async function grantedOn(
  ledger: Ledger,
  wish: Omit<Parameters<Ledger['grants']['grant']>[0], 'replayKey'>,
  audit: AuditEntry,
): Promise<GrantRecord> {
  const grant = await ledger.grants.grant({ ...wish, replayKey: null }, audit);
  if ('kind' in grant) throw new Error('a call without a replay key is never repeated');
  return grant;
}

/** Every grant that lives, far fewer than a list holds. */
export function liveGrants(ledger: Ledger): Promise<readonly GrantRecord[]> {
  return ledger.grants.list({ sites: null, limit: 100_000 });
}

/** Revokes by a call that nobody repeats. */
export async function revokedOn(
  ledger: Ledger,
  wish: Omit<Parameters<Ledger['grants']['revoke']>[0], 'replayKey' | 'by'>,
  audit: AuditEntry,
): Promise<readonly GrantRecord[]> {
  const grants = await ledger.grants.revoke({ ...wish, by: RPM, replayKey: null }, audit);
  if ('kind' in grants) throw new Error('a call without a replay key is never repeated');
  return grants;
}

export function claimOne(channel: ChannelName = TALK, leaseMs = LEASE_MS) {
  return { carrier: channel, limit: 10, leaseMs };
}

export function sent(claim: Claim, drawnRevision = claim.request.revision): Extract<Closing, { kind: 'sent' }> {
  return { ...head(claim), kind: 'sent', receipt: { message: 'm1' }, drawnRevision };
}

export function retry(claim: Claim, waitMs = 60_000): Closing {
  return { ...head(claim), kind: 'retry', reason: 'http_503', waitMs, isMaybeDuplicate: false, isUnknown: false };
}

export function failed(claim: Claim): Closing {
  return { ...head(claim), kind: 'failed', scope: 'message', reason: 'http_400' };
}

export function uneditable(claim: Claim): Closing {
  return { ...head(claim), kind: 'uneditable', reason: 'message_not_found' };
}

export function paused(claim: Claim, probeAfterMs: number): Closing {
  return { ...head(claim), kind: 'paused', reason: 'http_401', probeAfterMs };
}

export function released(claim: Claim): Closing {
  return { ...head(claim), kind: 'released' };
}

function head({ deliveryId, claimToken, attemptId }: Claim) {
  return { deliveryId, claimToken, attemptId, tookMs: 12.5 };
}
