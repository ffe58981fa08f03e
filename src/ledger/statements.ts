/**
 * A unit of work as the statements that it comes to, one after another: what both databases share. A generator, so that SQLite
 * runs it without a pause and PostgreSQL awaits each statement.
 */
import { never } from '../base/process/never.js';
import type { Change } from '../contract/ledger.js';
import type { Sql } from './sql.js';
import type { CompoundRows, CompoundWrite, Step, UnitOfWork } from './unit-of-work.js';

/** Yields a statement, and is given its rows. */
export type Statements<Result> = Generator<Sql, Result, readonly unknown[]>;

/** How a database writes a compound: in one statement, or in several. */
export type CompoundStatements = (write: CompoundWrite) => Statements<CompoundRows>;

/** What a verb answered, and the changes to tell listeners of, in this order, once it is committed. */
export interface Ran {
  readonly answer: unknown;
  readonly changes: readonly Change[];
}

export function* statementsOf(unitOfWork: UnitOfWork<unknown>, compound: CompoundStatements): Statements<Ran> {
  const changes: Change[] = [];
  let step = unitOfWork.next();
  while (step.done !== true) step = unitOfWork.next(yield* take(step.value, { compound, changes }));
  return { answer: step.value, changes };
}

interface Taking {
  readonly compound: CompoundStatements;
  readonly changes: Change[];
}

function* take(step: Step, { compound, changes }: Taking): Statements<unknown> {
  switch (step.kind) {
    case 'rows':
      return yield step.statement;
    case 'compound':
      return yield* compound(step.write);
    case 'announce':
      changes.push(step.change);
      return undefined;
    default:
      return never(step);
  }
}
