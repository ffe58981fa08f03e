/** Seals providers' secrets anew once `GATE_SECRET` has another first key, in batches, so that the former key can be taken out. */
import type { Clock } from '../../base/time/clock.js';
import { repeatedTurns } from '../../base/time/repeated-turns.js';
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { MailLedger } from '../../contract/ledger.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';
import { rewrapSecrets, type SecretsDeps } from './stored-secrets.js';

export interface RewrappingDeps extends SecretsDeps {
  readonly ledger: Pick<MailLedger, 'records' | 'rewrapSecret'>;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_AFTER_MS = 2_000;
const EVERY_MS = 3_600_000;
const NEXT_BATCH_MS = 500;
const RETRY_MS = 30_000;
const STOP_MS = 3_000;

/** No lease: of two processes that seal the same secret anew, the ledger keeps one's text. */
export function createRewrapping({ ledger, clock, log, ...deps }: RewrappingDeps) {
  async function turn(): Promise<number> {
    try {
      const { rewrapped, isMore } = await rewrapSecrets(ledger, deps);
      if (rewrapped > 0) log.info('secrets of mail providers were sealed with the new key', { count: rewrapped });
      return isMore ? NEXT_BATCH_MS : EVERY_MS;
    } catch (error) {
      if (!isLedgerUnavailable(error)) log.error('sealing secrets anew failed', { error: safeStack(error) });
      return RETRY_MS;
    }
  }
  const turns = repeatedTurns(turn, { clock, firstAfterMs: FIRST_AFTER_MS });
  return { start: turns.start, stop: () => turns.stop(STOP_MS) };
}
