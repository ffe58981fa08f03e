/** What the desk is made of. Every verb takes these, so that each can stand in its own file. */
import type { ChannelName, RequestId } from '../approval/brand.js';
import type { Directory } from '../approval/site.js';
import type { Random } from '../base/crypto/random.js';
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import type { Encryption } from '../base/crypto/encryption.js';
import type { Acting } from '../contract/desk.js';
import type { Unstored } from '../contract/access-request.js';
import { faultIn, isLedgerUnavailable, isOfStorage } from '../contract/ledger-unavailable.js';
import type { AuditEntry, Ledger, NewDelivery, ReservedSlots } from '../contract/ledger.js';
import type { ReplayKey } from '../contract/replay.js';
import type { Events } from '../events/events.js';
import type { Codes } from './accounts/codes.js';
import type { RefusedRequestRows } from './requests/opening/refused-request-rows.js';
import type { RefusalRows } from './authorization/refusal-rows.js';
import type { VisitorAddresses } from './requests/visitor-address.js';

/** The courier, as far as the desk needs it: first attempts are claimed in the commit that opens a request. */
interface FirstAttempts {
  /** Keeps slots for cards that a commit may bring, as far as there are free ones: no other commit is promised them. */
  reserve(cards: readonly Pick<NewDelivery, 'transport'>[]): ReservedSlots;
}

/** What a desk is given. */
export interface DeskPorts {
  readonly ledger: Ledger;
  readonly directory: () => Directory;
  /** The channel that carries what goes to consumers and to producers' callbacks. */
  readonly peerTransport: ChannelName;
  readonly encryption: Encryption;
  readonly events: Events;
  readonly random: Random;
  /** For what people read, and for what this process counts: deadlines are the database's. */
  readonly clock: Clock;
  /** Origin without a trailing slash: where codes are entered. */
  readonly publicUrl: string;
  /** CIDR networks: nobody is let in by an address of theirs. */
  readonly trustedProxies: readonly string[];
  /** CIDR networks in front of those proxies, of which the same is true. Absent: none. */
  readonly edgeNetworks?: readonly string[];
  /** Null in a process that delivers nothing. */
  readonly courier: FirstAttempts | null;
  readonly log: Log;
}

/**
 * The dependencies, and what the desk itself remembers: outages logged, accounts refused, access requests turned away,
 * link codes given.
 */
export interface DeskDeps extends DeskPorts {
  /** Logs, at intervals, that the ledger did not answer this verb: during an outage every visitor's page comes here. */
  readonly outage: (verb: string) => void;
  readonly refusals: RefusalRows;
  readonly accessRequests: RefusedRequestRows;
  readonly codes: Codes;
  readonly addresses: VisitorAddresses;
}

export type Unavailable = Unstored;

/** Turns a ledger that cannot answer into a value. Anything else that is thrown is a bug and stays one. */
export async function orUnavailable<T>(
  { outage }: Pick<DeskDeps, 'outage'>,
  verb: string,
  work: () => Promise<T>,
): Promise<T | Unavailable> {
  try {
    return await work();
  } catch (error) {
    if (!isLedgerUnavailable(error)) throw error;
    outage(verb);
    const fault = faultIn(error);
    return { kind: 'unavailable', ...(fault !== null && isOfStorage(fault) ? { isStorageAtFault: true } : {}) };
  }
}

/** Writes an audit row beside an answer that stands without it: a lost row is logged, the answer is not changed. */
export async function note(deps: DeskDeps, entry: AuditEntry, requestId: RequestId | null): Promise<void> {
  await orUnavailable(deps, 'audit', () => deps.ledger.audit.add(entry, requestId));
}

/** The key by which the ledger recognises a call that arrives twice. */
export function replayKeyOf({ surface, tapId }: Pick<Acting, 'surface' | 'tapId'>): ReplayKey {
  return `${surface}:${tapId}`;
}
