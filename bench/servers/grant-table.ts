/** The copy of the grants alone, filled as a reading fills it: what it holds for each when the reading is gone. */
import { setImmediate as turn } from 'node:timers/promises';
import { addressWords } from '../../src/base/net/address-words.js';
import { parseAddress } from '../../src/base/net/parse-address.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { LiveGroup } from '../../src/contract/ledger.js';
import { grantTables } from '../../src/gate/grants/grant-tables.js';
import { PAGE_GRANTS } from '../../src/gate/grants/reading.js';
import { BENCH_APPROVER } from '../directory.js';
import { BENCH_SITE, benchAddress } from '../grants.js';

const LONG_MS = 86_400_000;
const collect = globalThis.gc ?? (() => undefined);
const copy = grantTables();
const words = addressWords();

process.on(
  'message',
  ({ grants }: { grants: number }) => void measure(grants).then((bytes) => process.send?.({ bytes })),
);
process.on('disconnect', () => process.exit(0));

async function measure(grants: number): Promise<number> {
  const before = await heldBytes();
  read(grants);
  const bytes = (await heldBytes()) - before;
  for (let index = 0; index < grants; index += 1) mustHold(index);
  return bytes;
}

function read(grants: number): void {
  copy.beginReading();
  for (const page of pages(grants, systemClock().nowMs())) copy.read(page);
  copy.finishReading();
}

/** The bench's first grants, for a day, as a ledger's pages have them. */
function* pages(count: number, nowMs: number): Generator<readonly LiveGroup[]> {
  for (let from = 0; from < count; from += PAGE_GRANTS) {
    const indexes = Array.from({ length: Math.min(PAGE_GRANTS, count - from) }, (_, at) => from + at);
    yield [
      {
        site: BENCH_SITE,
        grantedBy: BENCH_APPROVER,
        ids: indexes.map((index) => index + 1),
        addresses: indexes.map(benchAddress),
        untilsMs: indexes.map(() => nowMs + LONG_MS),
      },
    ];
  }
}

function mustHold(index: number): void {
  if (!parseAddress(benchAddress(index), words) || copy.find(BENCH_SITE, words, 0) === null)
    throw new Error('a grant of the bench is not in its table');
}

/** After a turn of the loop: what a call that has just returned still holds is not what is asked for. */
async function heldBytes(): Promise<number> {
  await turn();
  collect();
  collect(); // an array's bytes go one collection after the array
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
