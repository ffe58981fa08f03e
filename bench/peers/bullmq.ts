/** As much of BullMQ as a bench uses. It is no dependency of ours: it lies where PEERS_DIR says. */
import { requirePackage } from './peer.js';

/** What was measured with; a newer one may be put there. */
const PACKAGES = 'bullmq@6.7.0 ioredis@6.0.0';

export interface Job {
  readonly data: unknown;
}

interface Queue {
  add(name: string, data: unknown, options: { readonly removeOnComplete: boolean }): Promise<unknown>;
  close(): Promise<void>;
}

interface BullWorker {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

export interface BullMq {
  readonly Queue: new (name: string, options: { readonly connection: Connection }) => Queue;
  readonly Worker: new (
    name: string,
    handler: (job: Job) => Promise<void>,
    options: { readonly connection: Connection; readonly concurrency: number },
  ) => BullWorker;
}

export interface Connection {
  readonly host: string;
  readonly port: number;
  /** BullMQ wants it so for workers. */
  readonly maxRetriesPerRequest: null;
}

export const QUEUE = 'approvals';

export function bullMq(): BullMq {
  requirePackage('ioredis', PACKAGES);
  return requirePackage('bullmq', PACKAGES) as BullMq;
}

export function redisOn(port: number): Connection {
  return { host: '127.0.0.1', port, maxRetriesPerRequest: null };
}
