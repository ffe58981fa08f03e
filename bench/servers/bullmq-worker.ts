/**
 * The rival's side of "first attempt": a BullMQ worker whose handler does what our courier does, one HTTP call to a
 * consumer. It tells in the call when the handler began.
 */
import { createCaller } from '../load/call.js';
import { nowMs } from '../load/consumers.js';
import { bullMq, QUEUE, redisOn, type Job } from '../peers/bullmq.js';

const [, , redisPort = '', consumerUrl = ''] = process.argv;
const consumer = new URL(consumerUrl);
/** As many as our courier's slots for a webhook. */
const CONCURRENCY = 64;

const caller = createCaller();
const { Worker } = bullMq();
const worker = new Worker(QUEUE, handle, { connection: redisOn(Number(redisPort)), concurrency: CONCURRENCY });

async function handle({ data }: Job): Promise<void> {
  const began = nowMs();
  await caller.call({
    port: Number(consumer.port),
    method: 'POST',
    path: consumer.pathname,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...(data as object), handler_began_ms: began }),
    expected: 200,
  });
}

process.on('message', () => void worker.waitUntilReady().then(() => process.send?.({ kind: 'ready' })));
process.on('disconnect', () => void worker.close().then(() => process.exit(0)));
