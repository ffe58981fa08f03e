/**
 * Gives up messages that nobody could send by their end, as while their transport was paused or nobody ran. Every courier looks,
 * and the ledger answers each of them to one alone, who tells.
 */
import { errorName } from '../../base/process/error-name.js';
import type { Log } from '../../base/process/log.js';
import type { Clock } from '../../base/time/clock.js';
import { repeatedTurns, type RepeatedTurns } from '../../base/time/repeated-turns.js';
import type { DeliveryLedger } from '../../contract/ledger.js';
import type { Events } from '../../events/events.js';
import { reportGivenUp } from '../attempts/attempt-events.js';
import type { Limits } from '../limits.js';

/** Of one turn, so that it holds up no other write for long. */
const AT_ONCE = 100;

export interface GivingUpDeps {
  readonly deliveries: Pick<DeliveryLedger, 'giveUp'>;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Pick<Limits, 'giveUpEveryMs'>;
}

export function createGivingUp({ deliveries, events, clock, log, limits }: GivingUpDeps): RepeatedTurns {
  return repeatedTurns(turn, { clock });

  /** Answers when to look again. */
  async function turn(): Promise<number> {
    try {
      const givenUp = await deliveries.giveUp(AT_ONCE);
      for (const message of givenUp) reportGivenUp(events, message);
      return givenUp.length < AT_ONCE ? limits.giveUpEveryMs : 0;
    } catch (error) {
      log.warn('the ledger cannot be reached; messages past their end wait', { error: errorName(error) });
      return limits.giveUpEveryMs;
    }
  }
}
