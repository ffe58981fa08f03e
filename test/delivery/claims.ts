/** Claims to reason about, without a database. */
import type {
  ApproverId,
  ChannelName,
  RequestId,
  SiteKey,
  StatusId,
  VisitorAddress,
} from '../../src/approval/brand.js';
import type { Decision, RequestRecord } from '../../src/approval/request.js';
import type { Claim } from '../../src/contract/ledger.js';
import type { Recipient } from '../../src/contract/notifier.js';

const OPENED_AT_MS = Date.parse('2026-05-11T15:19:31Z');
export const APPROVER: Recipient = { kind: 'approver', approver: 'rpm@koder.dev' as ApproverId, address: 'rpm' };
export const CALLBACK: Recipient = { kind: 'callback', producer: 'jet', url: 'https://jet.example.org/outcomes' };

export const APPROVED: Decision = {
  outcome: 'approved',
  by: 'rpm@koder.dev',
  over: 'page',
  atMs: OPENED_AT_MS + 60_000,
  grantedUntilMs: null,
};

export function requestRecord(over: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: '4k2m7w9x3c5v8b1n6q0z' as RequestId,
    statusId: '0f'.repeat(16) as StatusId,
    tokenPrefix: '8c7d2a9e',
    producer: 'gate',
    site: 'stg.example.org' as SiteKey,
    host: 'stg.example.org',
    environment: 'stg',
    path: '/',
    address: '192.0.2.7' as VisitorAddress,
    country: null,
    browser: 'Chrome 148 on Linux',
    userAgent: 'Mozilla/5.0',
    openedAtMs: OPENED_AT_MS,
    deadlineAtMs: OPENED_AT_MS + 600_000,
    grantTtlSeconds: 86_400,
    theirConfirmUrl: null,
    revision: 1,
    decision: null,
    ...over,
  };
}

export function claimOf(over: Partial<Claim> = {}): Claim {
  const { deadlineAtMs, decision } = over.request ?? requestRecord();
  return {
    deliveryId: 'd1',
    claimToken: 'c1',
    attemptId: 1,
    attempt: 1,
    task: 'notify',
    channel: 'talk' as ChannelName,
    carrier: 'talk' as ChannelName,
    recipient: APPROVER,
    receipt: null,
    request: requestRecord(),
    sealedToken: null,
    isMaybeDuplicate: false,
    isMaybeThere: false,
    isProbe: false,
    giveUpAtMs: decision === null ? deadlineAtMs : decision.atMs + 86_400_000,
    ...over,
  };
}
