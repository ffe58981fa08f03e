/** One promise of the ledger as data: how to check it, and a ledger that breaks just this promise and must be caught. */
import type { Change, Ledger } from '../../../src/contract/ledger.js';

export interface LedgerStage {
  readonly ledger: Ledger;
  /** Three ways to the same rows: three processes' ledgers on PostgreSQL, three times the one on SQLite. */
  readonly processes: readonly [Ledger, Ledger, Ledger];
  /** Reads rows beside the ledger. */
  readonly query: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Changes rows beside the ledger, as whoever has the database's password could. */
  readonly change: (text: string) => Promise<void>;
}

export type Lie = (honest: Ledger) => Ledger;

export interface LedgerCase {
  readonly promise: string;
  readonly check: (stage: LedgerStage) => Promise<void>;
  readonly mutant: Lie;
}

/** A ledger that differs from the honest one in these verbs. */
export function lying(honest: Ledger, lies: { readonly [Part in keyof Ledger]?: Partial<Ledger[Part]> }): Ledger {
  const parts = Object.entries(lies).map(([name, lie]) => {
    const part: unknown = Reflect.get(honest, name);
    return [name, typeof part === 'object' && typeof lie === 'object' ? { ...part, ...lie } : lie];
  });
  return { ...honest, ...(Object.fromEntries(parts) as Partial<Ledger>) };
}

/** A check's `must`: narrows, and says what was promised. */
export function must<Answer extends { readonly kind: string }, Kind extends Answer['kind']>(
  answer: Answer,
  kind: Kind,
): Answer & { readonly kind: Kind } {
  if (answer.kind !== kind) throw new Error(`expected ${kind}, got ${answer.kind}`);
  return answer as Answer & { readonly kind: Kind };
}

export function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (list.length !== 1 || first === undefined) throw new Error(`expected one, got ${String(list.length)}`);
  return first;
}

/** The first change that fits, or a failure after a while. */
export function heard(ledger: Ledger, fits: (change: Change) => boolean): Promise<Change> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('no such change was told'));
    }, 2_000);
    ledger.subscribe((change) => {
      if (!fits(change)) return;
      clearTimeout(timer);
      resolve(change);
    });
  });
}
