/** Verbs on a SQLite connection of the test's own, in this thread: each waits alone in the writers' queue, and its answer is returned. */
import type Database from 'better-sqlite3';
import { systemClock } from '../../src/base/time/clock.js';
import { createSqliteRunner } from '../../src/ledger/sqlite/run.js';
import { createWritersQueue, type Fate } from '../../src/ledger/sqlite/writers.js';
import type { VerbName } from '../../src/ledger/verbs/verb.js';
import { verbs } from '../../src/ledger/verbs/verbs.js';

/** Throws what refused. */
export type RunOne = (name: VerbName, input: readonly unknown[]) => unknown;

export function oneByOne(connection: Database.Database): RunOne {
  const run = createSqliteRunner(connection);
  const writers = createWritersQueue(connection, systemClock());
  return (name, input) => {
    if (verbs[name].mode === 'read') return run(name, input).answer;
    const fates: Fate[] = [];
    writers.add({ run: () => run(name, input), end: (fate) => void fates.push(fate) });
    writers.commitNext();
    const [fate] = fates;
    if (fate?.kind !== 'committed') throw fate?.error;
    return fate.ran.answer;
  };
}
