/**
 * What a channel's peer tells only when it is asked: whether what it accepted was sent since, and what came back. One process of
 * all asks, under a lease, in turns.
 */
import type { DeliveryLedger } from './delivery-ledger.js';
import type { ReportHandler } from './inbound.js';

export interface Watching {
  /** Between two turns. */
  readonly everyMs: number;
  /** Cheap: every process asks it, whether it holds the lease or not. */
  isDue(handlers: WatchHandlers): Promise<boolean>;
  look(handlers: WatchHandlers, turn: WatchTurn): Promise<void>;
}

/** Each rejects with `LedgerUnavailable`; what was being told is then asked for once more. */
export interface WatchHandlers extends ReportHandler {
  /** Of this channel, oldest first. */
  accepted(page: Omit<Parameters<DeliveryLedger['accepted']>[0], 'transport'>): ReturnType<DeliveryLedger['accepted']>;
  confirmSent: DeliveryLedger['confirmSent'];
}

export interface WatchTurn {
  /** Aborts when the turn is to end. */
  readonly signal: AbortSignal;
  /** Asked between two calls: lets other work get its turn, and keeps the lease. False: end the turn. */
  readonly mayGoOn: () => Promise<boolean>;
}
