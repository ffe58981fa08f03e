/**
 * A unit of work is what a verb does to the database, written once: a generator that yields statements and is given their
 * rows. On SQLite it runs to its end without a pause inside one transaction, so nothing comes between two statements;
 * on PostgreSQL every statement is awaited. It may run again after a deadlock, so it keeps nothing outside itself.
 */
import type { Change } from '../contract/ledger.js';
import type { Sql } from './sql.js';

export type Step =
  | { readonly kind: 'rows'; readonly statement: Sql }
  | { readonly kind: 'compound'; readonly write: CompoundWrite }
  | { readonly kind: 'announce'; readonly change: Change };

/**
 * A guarded write of requests and what follows from it, as one: a single data-modifying CTE on PostgreSQL, one
 * statement after another on SQLite. `winning` returns the requests it changed or holds; each of `consequences` reads
 * them as `won` and has a RETURNING.
 */
export interface CompoundWrite {
  /** Where `winning` is of another table than `requests`: that table, and the key by which its rows are known again. */
  readonly of?: { readonly table: string; readonly key: string };
  readonly winning: Sql;
  readonly consequences: Readonly<Record<string, Sql>>;
  /** The parts whose rows are answered, all where absent: to gather what nobody reads would cost a tenth of a decision. */
  readonly answers?: readonly string[];
}

/** The rows each answered part returned; `won` are those of `winning`. */
export type CompoundRows = Readonly<Record<string, readonly unknown[]>>;

export type UnitOfWork<T> = Generator<Step, T, unknown>;

/** Runs one statement. `R` says what its columns are: the database's answer is believed as far as the schema goes. */
export function* rows<R>(statement: Sql): UnitOfWork<readonly R[]> {
  return (yield { kind: 'rows', statement }) as readonly R[];
}

/** The first row, or null. */
export function* row<R>(statement: Sql): UnitOfWork<R | null> {
  const [first] = yield* rows<R>(statement);
  return first ?? null;
}

export function* compound(write: CompoundWrite): UnitOfWork<CompoundRows> {
  return (yield { kind: 'compound', write }) as CompoundRows;
}

/** Tells the listeners, once this is committed. */
export function* announce(change: Change): UnitOfWork<void> {
  yield { kind: 'announce', change };
}
