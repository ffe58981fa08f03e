/** Where decisions are made: ledgers that are filled with waiting requests for both sides, and counted afterwards. */
import Database from 'better-sqlite3';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { jsonLog } from '../../src/base/process/log.js';
import { openLedger } from '../../src/ledger/open.js';
import { fillPending } from '../fill/pending.js';
import { startPostgres } from '../peers/postgres.js';
import { scratch } from '../scratch.js';
import { placeOf } from './task.js';

export interface DecisionPlace {
  /** Where each side decides: paths or URLs, as `placeOf` reads them. */
  readonly ours: string;
  readonly bare: string;
  /** Waiting requests for each side, in separate sets. */
  readonly ids: { readonly ours: readonly string[]; readonly bare: readonly string[] };
  /** Rejects when one of our decisions lacks a consequence, or a decision of either side is missing. */
  mustHaveDecided(counts: { readonly ours: number; readonly bare: number }): Promise<void>;
  remove(): Promise<void>;
}

/** A file each: the bare one is a copy, so that both begin with the same rows and indexes. */
export async function sqlitePlace(count: number): Promise<DecisionPlace> {
  const { folder, remove } = scratch('decisions');
  const [ours, bare] = [join(folder, 'ours.sqlite'), join(folder, 'bare.sqlite')];
  const ids = await fill(ours, count);
  copyFileSync(ours, bare); // closing the ledger has moved its log into the file
  return {
    ours,
    bare,
    ids: { ours: ids, bare: ids },
    mustHaveDecided(counts) {
      mustBe(countOnSqlite(bare).decided, counts.bare, 'bare decisions');
      mustBeWhole(countOnSqlite(ours), counts.ours);
      return Promise.resolve();
    },
    remove: () => Promise.resolve(remove()),
  };
}

/** One database: each side has its own half of the requests. */
export async function postgresPlace(count: { readonly ours: number; readonly bare: number }): Promise<DecisionPlace> {
  const server = await startPostgres();
  const ids = await fill(server.url, count.ours + count.bare);
  return {
    ours: server.url,
    bare: server.url,
    ids: { ours: ids.slice(0, count.ours), bare: ids.slice(count.ours) },
    async mustHaveDecided(counts) {
      const { decided, ...rest } = await countOnPostgres(server.url);
      mustBeWhole({ decided: decided - counts.bare, ...rest }, counts.ours);
    },
    remove: () => server.stop(),
  };
}

async function fill(where: string, count: number): Promise<readonly string[]> {
  const ledger = await openLedger(placeOf(where), { log: jsonLog('warn', process.stderr) });
  try {
    return await fillPending(ledger, count);
  } finally {
    await ledger.close();
  }
}

interface Counted {
  readonly decided: number;
  readonly granted: number;
  readonly callbacks: number;
  readonly audited: number;
  readonly redrawn: number;
}

/** After a decision both cards of the request must want a newer revision than they show. */
const COUNT = `
  SELECT (SELECT count(*) FROM requests WHERE outcome = 'approved') AS decided,
    (SELECT count(*) FROM grants) AS granted,
    (SELECT count(*) FROM deliveries WHERE kind = 'callback') AS callbacks,
    (SELECT count(*) FROM audit WHERE what = 'decided') AS audited,
    (SELECT count(*) FROM deliveries WHERE kind = 'card' AND wanted_revision > drawn_revision) AS redrawn`;

function countOnSqlite(file: string): Counted {
  const connection = new Database(file, { readonly: true });
  try {
    return connection.prepare(COUNT).get() as Counted;
  } finally {
    connection.close();
  }
}

async function countOnPostgres(url: string): Promise<Counted> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<keyof Counted, string>>(COUNT);
    const [row] = rows;
    const number = (name: keyof Counted): number => Number(row?.[name]);
    return {
      decided: number('decided'),
      granted: number('granted'),
      callbacks: number('callbacks'),
      audited: number('audited'),
      redrawn: number('redrawn'),
    };
  } finally {
    await client.end();
  }
}

function mustBeWhole({ decided, granted, callbacks, audited, redrawn }: Counted, expected: number): void {
  mustBe(decided, expected, 'decisions');
  mustBe(granted, expected, 'grants');
  mustBe(callbacks, expected, 'callbacks');
  mustBe(audited, expected, 'audit rows');
  mustBe(redrawn, expected * 2, 'cards to be redrawn');
}

function mustBe(count: number, expected: number, what: string): void {
  if (count !== expected) throw new Error(`${String(expected)} ${what} were asked for, and ${String(count)} are there`);
}
