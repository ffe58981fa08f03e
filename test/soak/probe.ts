/**
 * Loaded into `gate serve` before the product: answers on the process's channel what it holds after a full collection, and
 * what keeps its loop busy. Nothing of the product is touched, and an idle channel keeps no process alive.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

export interface Asked {
  readonly examination: number;
}

export interface Told extends Asked {
  readonly heapBytes: number;
  /** `process.getActiveResourcesInfo()`, counted by name. */
  readonly resources: Readonly<Record<string, number>>;
}

if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  process.on('message', ({ examination }: Asked) => {
    collect();
    const told: Told = { examination, heapBytes: process.memoryUsage().heapUsed, resources: active() };
    process.send?.(told);
  });
  process.channel?.unref();
}

function active(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
