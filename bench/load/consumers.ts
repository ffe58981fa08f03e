/**
 * Consumers on loopback that note what reached them and when. Every bench of deliveries counts here: a delivery
 * counts when its whole body has arrived, whatever the sender claims.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Consumers {
  readonly urls: readonly string[];
  /** Resolves when each of `count` different consumers has been told of this address. Ask before it is sent. */
  reached(address: string, count: number): Promise<Arrival>;
  /** How many deliveries came, and how many of them a consumer had already. */
  counts(): { readonly deliveries: number; readonly twice: number };
  stop(): Promise<void>;
}

/** The last one of those that were waited for. */
export interface Arrival {
  /** By `nowMs`. */
  readonly atMs: number;
  readonly body: string;
}

interface Waiting {
  readonly missing: number;
  readonly by: Set<number>;
  readonly resolve: (arrival: Arrival) => void;
}

const ARRIVE_TIMEOUT_MS = 180_000;
const NANOSECONDS_A_MS = 1e6;
/** Ours and Alertmanager's payload both carry the visitor's address, one a request: it is what a delivery is known by. */
const ADDRESS = /"origin_ip":"([\d.]+)"/;

/** The clock that every process of this machine shares (CLOCK_MONOTONIC). */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / NANOSECONDS_A_MS;
}

export async function startConsumers(count: number): Promise<Consumers> {
  const waiting = new Map<string, Waiting>();
  const seen = new Map<string, Set<number>>();
  let deliveries = 0;
  let twice = 0;

  function arrive(consumer: number, body: string): void {
    const atMs = nowMs();
    const address = ADDRESS.exec(body)?.[1] ?? '';
    const known = seen.get(address) ?? new Set<number>();
    seen.set(address, known);
    deliveries += 1;
    if (known.has(consumer)) twice += 1;
    known.add(consumer);
    const input = waiting.get(address);
    if (input === undefined) return;
    input.by.add(consumer);
    if (input.by.size < input.missing) return;
    waiting.delete(address);
    input.resolve({ atMs, body });
  }

  const servers = Array.from({ length: count }, (_, consumer) =>
    createServer((request, response) => {
      void bodyOf(request).then((body) => {
        arrive(consumer, body);
        response.writeHead(200, { 'content-length': 0 }).end();
      });
    }),
  );
  const ports = await Promise.all(servers.map(listening));
  return {
    urls: ports.map((port) => `http://127.0.0.1:${String(port)}/approvals`),
    reached: (address, missing) =>
      inTime(
        new Promise((resolve) => waiting.set(address, { missing, by: new Set(), resolve })),
        `a delivery for ${address}`,
      ),
    counts: () => ({ deliveries, twice }),
    async stop() {
      await Promise.all(servers.map(closed));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function listening(server: Server): Promise<number> {
  server.keepAliveTimeout = ARRIVE_TIMEOUT_MS;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not arrive`)), ARRIVE_TIMEOUT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
