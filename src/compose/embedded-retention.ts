/**
 * Retention of an embedded server's messages. They copy visitors' addresses from the ledger into that server's own
 * file. The process that runs it sweeps it. The ledger says whether a request is over, so that no card is deleted
 * whose request is open or whose grant still runs.
 */
import { deliveryIdIn } from '../approval/message-key.js';
import type { EmbeddedServer } from '../contract/embedded-server.js';
import type { RetentionDays } from '../contract/ledger.js';
import { UNCONTESTED, type LeasedTurns } from '../maintenance/leased-turns.js';
import { sweepingTurns, type SweepBatch } from '../maintenance/retention/sweeping-turns.js';
import type { RunningEmbedded } from './open-embedded.js';
import type { Services } from './services.js';

const DAY_MS = 86_400_000;
/** Messages a batch. The embedded Talk writes in the main thread: half a millisecond for so many cards (measured). */
const BATCH = 50;

/** None where what the messages show is kept for ever. */
export function embeddedRetention(
  { ledger, events, config, deps: { clock, random, log } }: Services,
  { channel, server, entry: { messages } }: RunningEmbedded,
): readonly LeasedTurns[] {
  const days = daysOfMessages(config.retention);
  if (days === null) return [];
  const sweeps = [sweepOf(server, ledger.retention, { olderThanMs: days * DAY_MS, messages })];
  const { audit } = ledger;
  const told = { audit, events, alsoRecords: [messages] };
  return [sweepingTurns({ name: `${channel} retention`, sweeps, ...told, leases: UNCONTESTED, clock, random, log })];
}

/** A message goes when its request's address would be erased, or with the request, whichever comes first. */
export function daysOfMessages({ addresses, requests }: RetentionDays): number | null {
  const limits = [addresses, requests].filter((days) => days > 0);
  return limits.length === 0 ? null : Math.min(...limits);
}

function sweepOf(
  server: Pick<EmbeddedServer, 'sweep'>,
  ledger: Services['ledger']['retention'],
  { olderThanMs, messages }: { readonly olderThanMs: number; readonly messages: string },
): SweepBatch {
  const past = async (keys: readonly string[]): Promise<readonly string[]> => {
    const deliveries = [...new Set(keys.map(deliveryIdIn))];
    const isPast = new Set(await ledger.past({ deliveries, olderThanMs }));
    return keys.filter((key) => isPast.has(deliveryIdIn(key)));
  };
  return async (after) => {
    const { removed, next } = await server.sweep({ olderThanMs, limit: BATCH, after, past });
    return { removed: { [messages]: removed }, erased: {}, next };
  };
}
