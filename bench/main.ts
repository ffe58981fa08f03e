/** `npm run bench -- <name>`: measures, and ends with one JSON line a figure. Without a name it lists what there is. */
import { benchCheck } from './check.js';
import { benchCheckUnderCommits } from './check-under-commits.js';
import { benchNginx } from './nginx.js';
import { benchStart } from './start.js';

const BENCHES: Readonly<Record<string, (say: (line: string) => void) => Promise<void>>> = {
  check: benchCheck,
  'check-under-commits': benchCheckUnderCommits,
  nginx: benchNginx,
  start: benchStart,
};

const [, , name = ''] = process.argv;
const bench = BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`Usage: npm run bench -- <name>\nThere are: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exitCode = 64;
} else {
  await bench((line) => process.stderr.write(`${line}\n`));
}
