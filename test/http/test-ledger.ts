/** The real ledger on SQLite, with an eye on every row of it, and a hand on whether the database answers. */
import { afterAll } from '@jest/globals';
import Database from 'better-sqlite3';
import type { RequestRecord } from '../../src/approval/request.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { createSqliteFile } from '../setup/databases.js';
import { QUIET } from './quiet-log.js';

type Weather = 'well' | 'away' | 'hangs';

export interface TestLedger {
  readonly ledger: Ledger;
  /** Oldest first. */
  requests(): Promise<readonly RequestRecord[]>;
  /** Every row of every table as one text: what a GET must not change. That a call was refused may be written down. */
  snapshot(): string;
  /** Every row of every table as one text. */
  rows(): string;
  /** How the database answers from now on; `but`: parts of the port that it still answers. */
  behave(weather: Weather, wish?: { readonly but?: readonly (keyof Ledger)[] }): void;
  /** Whether a database that hangs was asked since it does. */
  isAsked(): boolean;
  /** Forgets every row: the next test finds an empty ledger. */
  wipe(): void;
  close(): Promise<void>;
}

let opened: Promise<TestLedger> | null = null;
afterAll(async () => {
  await (await opened)?.close();
});

/** One a test file, since opening one costs a worker and its migrations. */
export async function testLedger(): Promise<TestLedger> {
  const ledger = await (opened ??= openTestLedger());
  ledger.behave('well');
  return ledger;
}

async function openTestLedger(): Promise<TestLedger> {
  const database = createSqliteFile();
  const ledger = await openLedger(database.where, { log: QUIET });
  let weather: Weather = 'well';
  let spared: readonly (keyof Ledger)[] = [];
  let isAsked = false;
  const now = (part: keyof Ledger) => (): Weather => {
    if (spared.includes(part)) return 'well';
    isAsked ||= weather === 'hangs';
    return weather;
  };
  return {
    ledger: {
      ...ledger,
      requests: under(now('requests'), ledger.requests),
      deliveries: under(now('deliveries'), ledger.deliveries),
      grants: under(now('grants'), ledger.grants),
      identity: under(now('identity'), ledger.identity),
      audit: under(now('audit'), ledger.audit),
      deadLetters: under(now('deadLetters'), ledger.deadLetters),
      serviceTokens: under(now('serviceTokens'), ledger.serviceTokens),
    },
    requests: async () => [...(await ledger.requests.recent(100))].reverse(),
    snapshot: () => dump(database.where.file, ['dead_letters']),
    rows: () => dump(database.where.file, []),
    isAsked: () => isAsked,
    behave(next, { but = [] } = {}) {
      isAsked = false;
      weather = next;
      spared = but;
    },
    wipe: () => wipe(database.where.file),
    async close() {
      await ledger.close();
      await database.remove();
    },
  };
}

/** The same port, behind a database that may be away or answer never. */
function under<Port extends object>(weather: () => Weather, port: Port): Port {
  return new Proxy(port, {
    get(target, name) {
      if (weather() === 'away') return () => Promise.reject(new LedgerUnavailable('the database is away'));
      if (weather() === 'hangs') return () => new Promise(() => undefined);
      return Reflect.get(target, name) as unknown;
    },
  });
}

function wipe(file: string): void {
  const database = new Database(file);
  try {
    database.pragma('foreign_keys = OFF');
    for (const name of tablesOf(database)) if (name !== 'migrations') database.exec(`DELETE FROM "${name}"`);
  } finally {
    database.close();
  }
}

function tablesOf(database: Database.Database): readonly string[] {
  const tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return database.prepare<[], string>(tables).pluck().all();
}

function dump(file: string, without: readonly string[]): string {
  const database = new Database(file, { readonly: true });
  try {
    const tables = tablesOf(database).filter((name) => !without.includes(name));
    return JSON.stringify(tables.map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]));
  } finally {
    database.close();
  }
}
