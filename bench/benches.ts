/** Every bench by its name. */
import { caddyBench } from './caddy.js';
import { checkBench } from './check.js';
import { checkUnderCommitsBench } from './check-under-commits.js';
import { consoleBench } from './console.js';
import { decisionsBench } from './decisions.js';
import { everyCardBench } from './every-card.js';
import { firstAttemptBench } from './first-attempt.js';
import { floorBench } from './floor.js';
import { graphBench } from './graph.js';
import { historyBench } from './history.js';
import { mailsBench } from './mails.js';
import { memoryBench } from './memory.js';
import { nginxBench } from './nginx.js';
import { propagationBench } from './propagation.js';
import { receiverBench } from './receiver.js';
import type { Bench } from './run.js';
import { startBench } from './start.js';

export const benches: ReadonlyMap<string, Bench> = new Map([
  ['check', checkBench],
  ['check-under-commits', checkUnderCommitsBench],
  ['nginx', nginxBench],
  ['caddy', caddyBench],
  ['receiver', receiverBench],
  ['first-attempt', firstAttemptBench],
  ['every-card', everyCardBench],
  ['decisions', decisionsBench],
  ['propagation', propagationBench],
  ['mails', mailsBench],
  ['graph', graphBench],
  ['memory', memoryBench],
  ['history', historyBench],
  ['console', consoleBench],
  ['start', startBench],
  ['floor', floorBench],
]);
