/**
 * Retention of the embedded Talk's messages. They copy visitors' addresses from the ledger into Talk's own
 * file. The process that runs Talk sweeps it. The ledger says whether a request is over, so that no card is deleted
 * whose request is open or whose grant still runs.
 */
import { deliveryIdIn } from '../approval/message-key.js';
import type { RetentionDays } from '../contract/ledger.js';
import { UNCONTESTED, type LeasedTurns } from '../upkeep/leased-turns.js';
import { sweepingTurns, type SweepBatch } from '../upkeep/sweeping-turns.js';
import type { Inbox, SweptMessages } from '../../inbox/inbox.js';
import type { Spine } from './spine.js';

const DAY_MS = 86_400_000;
/** Messages a batch. Talk writes in the main thread: half a millisecond for so many cards (measured). */
const BATCH = 50;

/** Null where what they show is kept for ever. */
export function talkRetention(
  { ledger, events, config, seams: { clock, chance, log } }: Spine,
  talk: Pick<Inbox, 'sweep'>,
): LeasedTurns | null {
  const days = daysOfMessages(config.retention);
  if (days === null) return null;
  const sweeps = [sweepOf(talk, ledger.retention, days * DAY_MS)];
  const { audit } = ledger;
  return sweepingTurns({ name: 'talk retention', sweeps, audit, events, leases: UNCONTESTED, clock, chance, log });
}

/** A message goes when its request's address would be erased, or with the request, whichever comes first. */
export function daysOfMessages({ addresses, requests }: RetentionDays): number | null {
  const limits = [addresses, requests].filter((days) => days > 0);
  return limits.length === 0 ? null : Math.min(...limits);
}

function sweepOf(talk: Pick<Inbox, 'sweep'>, ledger: Spine['ledger']['retention'], olderThanMs: number): SweepBatch {
  const past = async (keys: readonly string[]): Promise<readonly string[]> => {
    const deliveries = [...new Set(keys.map(deliveryIdIn))];
    const isPast = new Set(await ledger.past({ deliveries, olderThanMs }));
    return keys.filter((key) => isPast.has(deliveryIdIn(key)));
  };
  return async (after) => {
    const { removed, next }: SweptMessages = await talk.sweep({ olderThanMs, limit: BATCH, after, past });
    return { removed: { talk_messages: removed }, erased: {}, next };
  };
}
