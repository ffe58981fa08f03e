/** One grant for a day, as an operator gives it: the one that the others are copies of. */
import type { Ledger } from '../../src/contract/ledger.js';
import { BENCH_APPROVER } from '../directory.js';
import { BENCH_SITE, benchAddress } from '../grants.js';

const DAY_SECONDS = 86_400;

/** `index`: of the bench's addresses. */
export async function grantOne(ledger: Ledger, index = 0): Promise<void> {
  const address = benchAddress(index);
  await ledger.grants.grant(
    { site: BENCH_SITE, address, ttlSeconds: DAY_SECONDS, by: BENCH_APPROVER, replayKey: null },
    { who: 'bench', what: 'granted', surface: 'cli', site: BENCH_SITE, address, detail: {} },
  );
}
