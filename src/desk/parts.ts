/** What the desk is made of. Every verb takes these, so that each can stand in its own file. */
import type { RequestId } from '../approval/brand.js';
import type { Directory } from '../approval/site.js';
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Sealer } from '../base/sealer.js';
import type { Acting } from '../contract/desk.js';
import { isLedgerUnavailable } from '../contract/ledger-unavailable.js';
import type { AuditEntry, Ledger, NewDelivery, ReservedSlots } from '../contract/ledger.js';
import type { ReplayKey } from '../contract/replay.js';
import type { Events } from '../events/events.js';
import type { Codes } from './accounts/codes.js';
import type { RefusalRows } from './refusals/refusal-rows.js';

/** The courier, as far as the desk needs it: first attempts are claimed in the commit that opens a request. */
export interface FirstAttempts {
  /** Keeps slots for cards that a commit may bring, as far as there are free ones: no other commit is promised them. */
  reserve(cards: readonly Pick<NewDelivery, 'carrier'>[]): ReservedSlots;
}

/** What a desk is given. */
export interface DeskSeams {
  readonly ledger: Ledger;
  readonly directory: () => Directory;
  readonly sealer: Sealer;
  readonly events: Events;
  readonly chance: Chance;
  /** For what people read, and for what this process counts: deadlines are the database's. */
  readonly clock: Clock;
  /** Origin without a trailing slash: where codes are entered. */
  readonly publicUrl: string;
  /** Null in a process that delivers nothing. */
  readonly courier: FirstAttempts | null;
  readonly log: Log;
}

/** The seams, and what the desk itself remembers: outages logged, accounts refused, link codes given. */
export interface DeskParts extends DeskSeams {
  /** Logs, at intervals, that the ledger did not answer this verb: during an outage every visitor's page comes here. */
  readonly outage: (verb: string) => void;
  readonly refusals: RefusalRows;
  readonly codes: Codes;
}

export interface Unavailable {
  readonly kind: 'unavailable';
}

/** Turns a ledger that cannot answer into a value. Anything else that is thrown is a bug and stays one. */
export async function orUnavailable<T>(
  { outage }: Pick<DeskParts, 'outage'>,
  verb: string,
  work: () => Promise<T>,
): Promise<T | Unavailable> {
  try {
    return await work();
  } catch (error) {
    if (!isLedgerUnavailable(error)) throw error;
    outage(verb);
    return { kind: 'unavailable' };
  }
}

/** Writes an audit row beside an answer that stands without it: a lost row is logged, the answer is not changed. */
export async function note(parts: DeskParts, entry: AuditEntry, requestId: RequestId | null): Promise<void> {
  await orUnavailable(parts, 'audit', () => parts.ledger.audit.add(entry, requestId));
}

/** The key by which the ledger recognises a call that arrives twice. */
export function replayKeyOf({ surface, tapId }: Pick<Acting, 'surface' | 'tapId'>): ReplayKey {
  return `${surface}:${tapId}`;
}
