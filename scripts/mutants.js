// The guards that the fault harness must miss when they are gone: what is taken out of which file, and by which promise
// the harness has to notice. An edit's `find` stands in its file exactly once; a build that fails proves nothing.

/**
 * @typedef {{ readonly file: string, readonly find: string, readonly put: string }} Edit
 * @typedef {{
 *   readonly name: string,
 *   readonly promise: string,
 *   readonly database: 'sqlite' | 'postgres',
 *   readonly edits: readonly Edit[],
 * }} Mutant
 */

/** @type {readonly Mutant[]} */
export const MUTANTS = [
  {
    name: 'without the claim-token guard',
    promise: 'no completion by a stale claim',
    database: 'postgres', // a courier that was stopped past its lease needs another one that has taken over
    edits: [
      {
        file: 'src/ledger/deliveries/close.ts',
        find: ' AND deliveries.claim_token = ${closing.claimToken}',
        put: '',
      },
      {
        file: 'src/ledger/deliveries/close.ts',
        find: ' AND claim_token = ${held.claim_token}',
        put: '',
      },
    ],
  },
  {
    name: 'without the decision guard',
    promise: 'one decision and one grant a token',
    database: 'sqlite',
    edits: [
      { file: 'src/ledger/requests/conclude.ts', find: 'WHERE outcome IS NULL AND ${where}', put: 'WHERE ${where}' },
    ],
  },
];
