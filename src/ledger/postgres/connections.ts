/**
 * A pool whose connections may all lead nowhere: a router forgot them, or the address of the database moved, and nobody
 * said so. The first that is used finds out, and takes its time; those made before it are then not even tried.
 */
import type pg from 'pg';

export interface Connections {
  take(): Promise<pg.PoolClient>;
  /** One of them fell silent: from now on new ones are made, and those that lie idle are given up as they come up. */
  suspectAll(): void;
}

export function connectionsOf(pool: pg.Pool): Connections {
  const eraOf = new WeakMap<pg.PoolClient, number>();
  let era = 0;
  pool.on('connect', (client) => {
    eraOf.set(client, era);
  });
  return {
    async take() {
      for (;;) {
        const client = await pool.connect();
        if ((eraOf.get(client) ?? 0) === era) return client;
        client.on('error', ignored);
        client.release(true);
      }
    },
    suspectAll() {
      era += 1;
    },
  };
}

function ignored(): void {
  // it was given up: what becomes of it concerns nobody, and unheard it would end the process
}
