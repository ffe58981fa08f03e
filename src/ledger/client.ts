/** The ledger's port over whatever answers its verbs, made from the names in their registry: the SQLite thread, the PostgreSQL pool. */
import type { Change, Ledger, LedgerVerbs } from '../contract/ledger.js';
import type { LedgerFault } from '../contract/ledger-unavailable.js';
import { probeBy } from './probe.js';
import type { Ask, VerbName } from './verbs/verb.js';
import { verbNames } from './verbs/verbs.js';

export interface LedgerBackend {
  readonly ask: Ask;
  readonly subscribe: (listener: (change: Change) => void) => void;
  readonly close: () => Promise<void>;
  /** Absent: nobody watches. */
  readonly fault?: () => LedgerFault | null;
  /** Absent: what is committed here is told here, without a way that could be lost. */
  readonly hears?: () => Promise<boolean | null>;
}

export function ledgerOver({ ask, subscribe, close, fault = () => null, hears }: LedgerBackend): Ledger {
  return {
    ...verbsOver(ask),
    subscribe,
    probe: probeBy(ask),
    fault,
    hearsChanges: hears ?? (() => Promise.resolve(null)),
    close,
  };
}

/** `requests.decide` becomes a function in the group `requests`, `ping` one beside the groups. */
export function verbsOver(ask: Ask): LedgerVerbs {
  const askAny = ask as (name: VerbName, ...input: readonly unknown[]) => Promise<unknown>;
  const port: Record<string, unknown> = {};
  for (const name of verbNames) {
    const call = (...input: readonly unknown[]): Promise<unknown> => askAny(name, ...input);
    const [group = '', verb] = name.split('.');
    if (verb === undefined) port[name] = call;
    else port[group] = { ...(port[group] as object | undefined), [verb]: call };
  }
  // the registry has every verb of the contract, with its types: what the compiler saw there holds for what is made from it
  return port as unknown as LedgerVerbs;
}
