/**
 * Runs units of work on SQLite: to their end, without a pause. Nothing can come between two statements, so no acknowledged
 * write is lost in another's rollback. Transactions are its caller's: the writers' queue has them.
 */
import type Database from 'better-sqlite3';
import { list, sql, verbatim, type SqlParameter } from '../sql.js';
import { statementsOf, type Ran, type Statements } from '../statements.js';
import type { CompoundRows, CompoundWrite } from '../unit-of-work.js';
import type { VerbName } from '../verbs/verb.js';
import { unitOfWorkOf } from '../verbs/verbs.js';
import { preparedOn } from './prepared.js';

export type RunVerb = (name: VerbName, input: readonly unknown[]) => Ran;

export function createSqliteRunner(connection: Database.Database): RunVerb {
  const all = preparedOn(connection);
  return (name, input) => {
    const statements = statementsOf(unitOfWorkOf(name, input), compoundStatements);
    let step = statements.next();
    while (step.done !== true) step = statements.next(all(step.value));
    return step.value;
  };
}

/** One statement after another: SQLite has no data-modifying CTE, and here nothing comes between them. */
function* compoundStatements({ of = REQUESTS, winning, consequences }: CompoundWrite): Statements<CompoundRows> {
  const won = (yield winning) as readonly Readonly<Record<string, SqlParameter>>[];
  const done: Record<string, readonly unknown[]> = { won };
  const keys = list(won.map((row) => row[of.key] ?? null));
  const source = sql`WITH won AS (SELECT * FROM ${verbatim(of.table)} WHERE ${verbatim(of.key)} IN (${keys}))`;
  for (const [name, part] of Object.entries(consequences)) {
    done[name] = won.length === 0 ? [] : yield sql`${source} ${part}`;
  }
  return done;
}

const REQUESTS = { table: 'requests', key: 'id' };
