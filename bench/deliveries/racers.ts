/** The two that turn a request into a first attempt: our gate by its receiver, and BullMQ by its queue. */
import type { GateProcess, Synchronous } from '../gate-process.js';
import type { Caller } from '../load/call.js';
import { nowMs, type Arrival, type Consumers } from '../load/consumers.js';
import { bullMq, QUEUE, redisOn } from '../peers/bullmq.js';
import { startRedis, type AppendFsync } from '../peers/redis.js';
import { startWorker } from '../start-server.js';
import { byReceiver } from './senders.js';

export interface Racer {
  readonly name: string;
  /** Sends one request and waits until its first attempt has arrived. */
  pass(): Promise<Passing>;
  close(): Promise<void>;
}

/** Milliseconds from before the request was sent. */
export interface Passing {
  /** Until the attempt began. Ours can only be seen when it arrives. */
  readonly begunMs: number;
  /** Until the consumer had the whole call. */
  readonly arrivedMs: number;
}

const BEGAN = /"handler_began_ms":([\d.]+)/;

export function gateRacer(
  name: Synchronous,
  { gate, caller, consumers }: { gate: GateProcess; caller: Caller; consumers: Consumers },
): Racer {
  const sender = byReceiver(name, { gate, caller, approvers: 1 });
  let sent = 0;
  return {
    name,
    pass() {
      const index = sent++;
      return passing(consumers, addressOf(name, index), (address) => sender.send(index, address));
    },
    close: () => Promise.resolve(),
  };
}

export async function bullMqRacer(name: AppendFsync, consumers: Consumers): Promise<Racer> {
  const redis = await startRedis(name);
  const args = [String(redis.port), consumers.urls[0] ?? ''];
  const worker = startWorker<{ kind: 'ready' }, { kind: 'ready' }>('bullmq-worker', args);
  await worker.ask({ kind: 'ready' });
  const { Queue } = bullMq();
  const queue = new Queue(QUEUE, { connection: redisOn(redis.port) });
  let sent = 0;
  return {
    name,
    pass: () =>
      passing(consumers, addressOf(name, sent++), async (address) => {
        await queue.add('approval', jobOf(address), { removeOnComplete: true });
      }),
    async close() {
      await queue.close();
      await worker.stop();
      await redis.stop();
    },
  };
}

async function passing(
  consumers: Consumers,
  address: string,
  send: (address: string) => Promise<void>,
): Promise<Passing> {
  const reached = consumers.reached(address, 1);
  const startedMs = nowMs();
  const [arrival] = await Promise.all([reached, send(address)]);
  return { begunMs: beganMs(arrival) - startedMs, arrivedMs: arrival.atMs - startedMs };
}

function beganMs({ atMs, body }: Arrival): number {
  const began = BEGAN.exec(body)?.[1];
  return began === undefined ? atMs : Number(began);
}

/** The same facts as in our payload. */
function jobOf(address: string): object {
  return {
    host: 'app.bench.example.org',
    environment: 'stg',
    origin_ip: address,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/151.0',
    geo: 'BR',
    admin: 'ada@example.org',
    ttl_seconds: 86_400,
  };
}

const NAMES: readonly (Synchronous | AppendFsync)[] = ['FULL', 'NORMAL', 'always', 'everysec'];

/** One address a request, over all racers. */
function addressOf(name: Synchronous | AppendFsync, index: number): string {
  return `10.${String(NAMES.indexOf(name))}.${String((index >> 8) & 255)}.${String(index & 255)}`;
}
