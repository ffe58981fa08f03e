/** Requests as the desk would have them opened, with names that do not collide: what benches fill a ledger with. */
import type { ApproverId, ChannelName, RequestId, StatusId, Token, VisitorAddress } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { networkOf } from '../../src/base/net/network-of.js';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import type { AuditEntry, NewDelivery, OpenRequest } from '../../src/contract/ledger.js';
import { idsSideBySide } from '../../src/desk/requests/opening/deliveries.js';
import { BENCH_SITE } from '../grants.js';

export interface Wanted {
  /** The request's number: its visitor's address and its approver follow from it. */
  readonly number: number;
  readonly channels: readonly ChannelName[];
  /** Seals the token, where somebody is to draw it. */
  readonly seal?: (id: RequestId, token: Token) => string;
  /** Where the outcome is told; nowhere if absent. */
  readonly callbackUrl?: string;
}

const random = systemRandom();
const TOKEN_BYTES = 16;
const PREFIX_DIGITS = 8;
const DAY_SECONDS = 86_400;
const LEASE_MS = 600_000;
const MAX_PENDING = 10;
/** As many first attempts as there are cards: the bench is its own courier. */
const SLOTS = 100;

export function openInput({ number, channels, seal, callbackUrl }: Wanted): OpenRequest {
  const id = random.id() as RequestId;
  const token = random.hex(TOKEN_BYTES) as Token;
  const approver = `approver${String(Math.floor(number / MAX_PENDING))}@example.org` as ApproverId;
  const address = visitorAddress(number);
  return {
    id,
    statusId: random.hex(TOKEN_BYTES) as StatusId,
    tokenHash: sha256Hex(token),
    tokenPrefix: token.slice(0, PREFIX_DIGITS),
    sealedToken: seal?.(id, token) ?? 'sealed',
    producer: 'gate',
    endpoint: null,
    site: BENCH_SITE,
    host: BENCH_SITE,
    environment: 'stg',
    path: '/',
    address,
    country: 'BR',
    browser: 'Firefox 151 on Linux',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/151.0',
    ttlSeconds: DAY_SECONDS,
    grantTtlSeconds: DAY_SECONDS,
    theirConfirmUrl: null,
    callback: callbackUrl === undefined ? null : { producer: 'bench', url: callbackUrl },
    window: { key: address, seconds: 1 },
    approvers: [{ id: approver, deliveries: cards(channels, approver) }],
    maxPendingPerApprover: MAX_PENDING,
    network: networkOf(address),
    maxPendingPerNetwork: MAX_PENDING,
    firstClaims: null,
  };
}

/** The same, with its cards claimed in the commit that opens it, as a courier in this process would have them. */
export function claimingInput(wanted: Wanted): OpenRequest {
  const slots = Object.fromEntries(wanted.channels.map((channel) => [channel, SLOTS]));
  return { ...openInput(wanted), firstClaims: { slots, leaseMs: LEASE_MS } };
}

export function openedAudit({ address }: Pick<OpenRequest, 'address'>): AuditEntry {
  return { who: 'visitor', what: 'opened', surface: 'gate', site: BENCH_SITE, address, detail: { host: BENCH_SITE } };
}

/** One a request, for a million of them, and none of those that grants are filled with. */
function visitorAddress(number: number): VisitorAddress {
  return `172.${String(16 + ((number >> 16) & 15))}.${String((number >> 8) & 255)}.${String(number & 255)}` as VisitorAddress;
}

function cards(channels: readonly ChannelName[], approver: ApproverId): readonly NewDelivery[] {
  const newId = idsSideBySide(random);
  const recipient = { kind: 'approver', approver, address: approver } as const;
  return channels.map((channel) => ({ id: newId(), channel, transport: channel, recipient }));
}
