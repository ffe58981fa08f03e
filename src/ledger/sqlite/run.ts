/**
 * Runs programs on SQLite: to their end, without a pause. Nothing can come between two statements, so no acknowledged
 * write is lost in another's rollback. Transactions are its caller's: the writers' queue has them.
 */
import type Database from 'better-sqlite3';
import type { Change } from '../../contract/ledger.js';
import { never } from '../../base/never.js';
import type { Program, Step, Together, TogetherRows } from '../program.js';
import { list, sql, verbatim, type SqlParameter } from '../sql.js';
import { programOf, type VerbName } from '../verbs.js';
import { statementsOf, type All } from './statements.js';

/** What a verb answered, and the changes to tell listeners of, in this order, once it is committed. */
export interface Ran {
  readonly answer: unknown;
  readonly changes: readonly Change[];
}

export type RunVerb = (name: VerbName, wish: readonly unknown[]) => Ran;

export function createSqliteRunner(connection: Database.Database): RunVerb {
  const all = statementsOf(connection);
  return (name, wish) => {
    const changes: Change[] = [];
    const answer = drive(programOf(name, wish), { all, changes });
    return { answer, changes };
  };
}

interface Ground {
  readonly all: All;
  readonly changes: Change[];
}

function drive(program: Program<unknown>, ground: Ground): unknown {
  let step = program.next();
  while (step.done !== true) step = program.next(take(step.value, ground));
  return step.value;
}

function take(step: Step, { all, changes }: Ground): unknown {
  switch (step.kind) {
    case 'rows':
      return all(step.statement);
    case 'together':
      return runTogether(step.together, all);
    case 'announce':
      changes.push(step.change);
      return undefined;
    default:
      return never(step);
  }
}

function runTogether({ of = REQUESTS, winning, consequences }: Together, all: All): TogetherRows {
  const won = all(winning) as readonly Readonly<Record<string, SqlParameter>>[];
  const done: Record<string, readonly unknown[]> = { won };
  const keys = list(won.map((row) => row[of.key] ?? null));
  const source = sql`WITH won AS (SELECT * FROM ${verbatim(of.table)} WHERE ${verbatim(of.key)} IN (${keys}))`;
  for (const [name, part] of Object.entries(consequences)) {
    done[name] = won.length === 0 ? [] : all(sql`${source} ${part}`);
  }
  return done;
}

const REQUESTS = { table: 'requests', key: 'id' };
