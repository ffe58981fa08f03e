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
import { systemRandom } from '../../../src/base/crypto/random.js';
import { networkOf } from '../../../src/base/net/network-of.js';
import { sha256Hex } from '../../../src/base/crypto/digest.js';
import type {
  AuditEntry,
  AttemptResult,
  Claim,
  DecideRequest,
  GrantRecord,
  Kept,
  Ledger,
  NewDelivery,
  OpenRequest,
  RequestClaim,
} from '../../../src/contract/ledger.js';

const random = systemRandom();

export const SITE = 'stg.example.org' as SiteKey;
export const RPM = 'rpm@koder.dev' as ApproverId;
export const ANA = 'ana@koder.dev' as ApproverId;
export const TALK = 'talk' as ChannelName;
export const EMAIL = 'email' as ChannelName;
/** The transport of producers' callbacks. */
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

function newToken(): Token {
  return random.hex(16) as Token;
}

/** An address of its own, so that windows do not meet. */
export function newAddress(): VisitorAddress {
  return `2001:db8:${random.hex(2)}:${random.hex(2)}::/64` as VisitorAddress;
}

/** A site of its own, so that cases do not meet at one. */
export function newSite(): SiteKey {
  return `${random.id()}.example.org` as SiteKey;
}

export function newApprover(): ApproverId {
  return `${random.id()}@koder.dev` as ApproverId;
}

export function delivery(channel: ChannelName = TALK, address: string = RPM): NewDelivery {
  const recipient = { kind: 'approver', approver: RPM, address } as const;
  return { id: random.id(), channel, transport: channel, recipient };
}

/** A request of our own gate for one approver of its own, with one Talk card. */
export function openInput(change: Partial<OpenRequest> = {}): OpenRequest {
  const token = newToken();
  const address = newAddress();
  const approver = newApprover();
  return {
    id: random.id() as RequestId,
    statusId: random.hex(16) as StatusId,
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
    network: networkOf(address),
    maxPendingPerNetwork: 10,
    firstClaims: null,
    ...change,
  };
}

/** A producer's request with a callback. */
export function producerInput(change: Partial<OpenRequest> = {}): OpenRequest {
  return openInput({
    producer: 'jet',
    endpoint: 'talk-approvals',
    window: null,
    callback: { producer: 'jet', url: 'https://jet.example.org/outcome' },
    ...change,
  });
}

export function approval(input: Pick<OpenRequest, 'tokenHash'>, change: Partial<DecideRequest> = {}): DecideRequest {
  return {
    ref: { by: 'tokenHash', tokenHash: input.tokenHash },
    tapId: random.id(),
    outcome: 'approved',
    by: RPM,
    surface: 'talk',
    callbackTransport: CALLBACK,
    ttlSeconds: null,
    denial: null,
    ...change,
  };
}

export function withdrawal(ref: { readonly tokenHash: string; readonly producer: string }) {
  return { ...ref, surface: 'webhook', callbackTransport: CALLBACK };
}

/** For `expireDue`. */
export function expiring(limit: number) {
  return { limit, callbackTransport: CALLBACK };
}

/** Writes a grant by a call that nobody repeats. */
export async function grantedOn(
  ledger: Ledger,
  input: Omit<Parameters<Ledger['grants']['grant']>[0], 'replayKey'>,
  audit: AuditEntry,
): Promise<GrantRecord & Kept> {
  const grant = await ledger.grants.grant({ ...input, replayKey: null }, audit);
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
  input: Omit<Parameters<Ledger['grants']['revoke']>[0], 'replayKey' | 'by'>,
  audit: AuditEntry,
): Promise<readonly GrantRecord[]> {
  const grants = await ledger.grants.revoke({ ...input, by: RPM, replayKey: null }, audit);
  if ('kind' in grants) throw new Error('a call without a replay key is never repeated');
  return grants;
}

export function claimOne(channel: ChannelName = TALK, leaseMs = LEASE_MS) {
  return { transport: channel, limit: 10, leaseMs };
}

/** Where the test has queued cards alone. */
export function ofRequest(claim: Claim): RequestClaim {
  if (!('request' in claim)) throw new Error('a claim of a request was expected');
  return claim;
}

export function sent(
  claim: Claim,
  drawnRevision = 'request' in claim ? claim.request.revision : 0,
): Extract<AttemptResult, { kind: 'sent' }> {
  return { ...head(claim), kind: 'sent', receipt: { message: 'm1' }, drawnRevision };
}

export function retry(claim: Claim, waitMs = 60_000): AttemptResult {
  return { ...head(claim), kind: 'retry', reason: 'http_503', waitMs, isMaybeDuplicate: false, isUnknown: false };
}

export function failed(claim: Claim): AttemptResult {
  return { ...head(claim), kind: 'failed', scope: 'message', reason: 'http_400' };
}

export function uneditable(claim: Claim): AttemptResult {
  return { ...head(claim), kind: 'uneditable', reason: 'message_not_found' };
}

export function paused(claim: Claim, probeAfterMs: number): AttemptResult {
  return { ...head(claim), kind: 'paused', reason: 'http_401', probeAfterMs };
}

export function released(claim: Claim): AttemptResult {
  return { ...head(claim), kind: 'released' };
}

function head({ deliveryId, claimToken, attemptId }: Claim) {
  return { deliveryId, claimToken, attemptId, tookMs: 12.5 };
}
