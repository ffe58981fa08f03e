/** The copy of the grants alone, filled as a reading fills it: what it holds for each when the reading is gone. */
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.js';
import { grantCopy } from '../../src/gate/grant-copy.js';
import { BENCH_SITE, benchGrants } from '../grants.js';

const collect = globalThis.gc ?? (() => undefined);
const copy = grantCopy();

process.on(
  'message',
  ({ grants }: { grants: number }) => void measure(grants).then((bytes) => process.send?.({ bytes })),
);
process.on('disconnect', () => process.exit(0));

async function measure(grants: number): Promise<number> {
  const before = await heldBytes();
  read(grants);
  const bytes = (await heldBytes()) - before;
  if (copy.tableOf(BENCH_SITE)?.size !== grants) throw new Error('the grants of a bench are not in their table');
  return bytes;
}

function read(grants: number): void {
  copy.beginReading();
  copy.endReading(benchGrants(grants, systemClock().nowMs()));
}

/** After a turn of the loop: what a call that has just returned still holds is not what is asked for. */
async function heldBytes(): Promise<number> {
  await turn();
  collect();
  collect(); // an array's bytes go one collection after the array
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
