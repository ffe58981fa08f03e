// The guards that the fault harness must miss when they are gone: what is taken out of which file, and by which promise
// the harness has to notice, of several by one. An edit's `find` stands in its file exactly once; a build that fails proves nothing.

/**
 * @typedef {{ readonly file: string, readonly find: string, readonly put: string }} Edit
 * @typedef {{
 *   readonly name: string,
 *   readonly promises: readonly string[],
 *   readonly database: 'sqlite' | 'postgres',
 *   readonly edits: readonly Edit[],
 * }} Guard
 */

/** @type {readonly Guard[]} */
export const GUARDS = [
  {
    name: 'without the claim-token guard',
    promises: ['no completion by a stale claim'],
    database: 'postgres', // a courier that was stopped past its lease needs another one that has taken over
    edits: [
      {
        file: 'src/ledger/verbs/deliveries/close.ts',
        find: ' AND deliveries.claim_token = ${result.claimToken}',
        put: '',
      },
      {
        file: 'src/ledger/verbs/deliveries/close.ts',
        find: ' AND claim_token = ${held.claim_token}',
        put: '',
      },
    ],
  },
  {
    name: 'without the decision guard',
    promises: ['one decision and one grant a token'],
    database: 'sqlite',
    edits: [
      {
        file: 'src/ledger/verbs/requests/conclude.ts',
        find: "const UNDECIDED = sql`coalesce(outcome, '') = ''`;",
        put: 'const UNDECIDED = sql`1 = 1`;',
      },
    ],
  },
  {
    // A writer begins when it arrives, in the middle of another's, and is told that it is done: then the other is undone, or
    // ends with the process. Statements take as long as on a slow disk, so that somebody does arrive.
    name: "without the writers' queue",
    promises: [
      'an acknowledged request is never lost',
      'an acknowledged tap is never lost',
      'an acknowledged command is never lost',
    ],
    database: 'sqlite',
    edits: [
      {
        file: 'src/ledger/sqlite/run.ts',
        find: '    while (step.done !== true) step = statements.next(all(step.value));',
        put: `    while (step.done !== true) {
      const came = all(step.value);
      meanwhile.others();
      step = statements.next(came);
    }`,
      },
      {
        file: 'src/ledger/sqlite/run.ts',
        find: 'export function createSqliteRunner(',
        put: 'export const meanwhile = { others: (): void => undefined };\n\nexport function createSqliteRunner(',
      },
      {
        file: 'src/ledger/sqlite/serve.ts',
        find: "import { createSqliteRunner } from './run.js';",
        put: "import { createSqliteRunner, meanwhile } from './run.js';",
      },
      {
        file: 'src/ledger/sqlite/serve.ts',
        find: '    else\n      writers.add({',
        put: `    else if (connection.inTransaction) {
      told.push(...news(message, read(message, { run, files })));
      flush();
    } else
      writers.add({`,
      },
      {
        file: 'src/ledger/sqlite/serve.ts',
        find: '  function answerReaders(): void {',
        put: `  const aMoment = new Int32Array(new SharedArrayBuffer(4));
  meanwhile.others = () => {
    if (!connection.inTransaction) return;
    Atomics.wait(aMoment, 0, 0, 20);
    takeArrived();
  };

  function answerReaders(): void {`,
      },
    ],
  },
];
