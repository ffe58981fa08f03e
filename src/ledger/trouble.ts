/**
 * What is wrong with the ledger, from the verbs that failed. Reading may work where writing does not, as on a full disk; so a
 * fault stays until something was written. A small write may find room where the next request would not, and a turn of a worker
 * may find nothing to write at all: right after a failure neither proves anything.
 */
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import { throttledLog } from '../base/process/throttled-log.js';
import { faultIn, isOfStorage, type LedgerFault } from '../contract/ledger-unavailable.js';
import type { Answer, Ask, VerbName, Input } from './verbs/verb.js';
import { verbs } from './verbs/verbs.js';

export interface Trouble {
  readonly ask: Ask;
  /** Null: as far as is known, all is well. */
  fault(): LedgerFault | null;
}

/** For so long after a failure only a write of somebody's own act ends the fault. */
const DOUBTED_MS = 10_000;
const LOGGED_EVERY_MS = 60_000;
const OF_WORKERS: ReadonlySet<VerbName> = new Set([
  'leases.take',
  'leases.giveBack',
  'deliveries.claim',
  'deliveries.renew',
  'deliveries.giveUp',
  'requests.expireDue',
  'audit.seal',
  'retention.sweep',
  'identity.noteSeen',
]);

export function watchForTrouble(inner: Ask, { clock, log }: { readonly clock: Clock; readonly log: Log }): Trouble {
  let trouble: { readonly fault: LedgerFault; readonly atMs: number } | null = null;
  const tell = throttledLog({
    clock,
    everyMs: LOGGED_EVERY_MS,
    tell: (_kind, times) => {
      if (trouble === null) return;
      // what waiting does not mend wants a person; an outage of the database is the world's, and ends by itself
      log[isOfStorage(trouble.fault) ? 'error' : 'warn']('the ledger is at fault', { ...trouble.fault, times });
    },
  });

  function failed(error: unknown): void {
    const fault = faultIn(error);
    if (fault === null) return;
    trouble = { fault, atMs: clock.monotonicMs() };
    tell(fault.kind);
  }

  function succeeded(name: VerbName): void {
    if (trouble === null || verbs[name].mode === 'read') return;
    if (OF_WORKERS.has(name) && clock.monotonicMs() - trouble.atMs < DOUBTED_MS) return;
    trouble = null;
    log.info('the ledger takes writes again');
  }

  const ask: Ask = async <Name extends VerbName>(name: Name, ...input: Input<Name>): Promise<Answer<Name>> => {
    try {
      const answer = await inner(name, ...input);
      succeeded(name);
      return answer;
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  return { ask, fault: () => trouble?.fault ?? null };
}
