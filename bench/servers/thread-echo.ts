/** A thread that sends back what it gets: what the way to the SQLite worker and back costs before any SQL. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { nowMs } from '../load/consumers.js';

/** As small as the smallest question to the ledger. */
const QUESTION = { kind: 'ask', id: 1, name: 'ping', input: [] } as const;

if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url), { execArgv: [] });
  await once(thread, 'online');
  process.on('message', (task: { roundTrips: number }) => {
    void roundTrips(thread, task.roundTrips).then((tookMs) => process.send?.({ tookMs }));
  });
  process.on('disconnect', () => process.exit(0));
} else {
  parentPort?.on('message', (message: unknown) => parentPort?.postMessage(message));
}

async function roundTrips(thread: Worker, count: number): Promise<number> {
  const startedMs = nowMs();
  await new Promise<void>((resolve) => {
    let left = count;
    const next = (): void => {
      left -= 1;
      if (left > 0) return thread.postMessage(QUESTION);
      thread.off('message', next);
      resolve();
    };
    thread.on('message', next);
    thread.postMessage(QUESTION);
  });
  return nowMs() - startedMs;
}
