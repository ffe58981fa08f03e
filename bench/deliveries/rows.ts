/** Reads the ledger beside the running gate: a figure counts only when every measured delivery has its rows. */
import Database from 'better-sqlite3';
import { setTimeout as pause } from 'node:timers/promises';

const SETTLE_TIMEOUT_MS = 30_000;
const ASK_AGAIN_MS = 50;

/** Waits until so many deliveries are `sent` and as many attempts say so; rejects when they are not, or there are more. */
export function mustHaveSent(file: string, deliveries: number): Promise<void> {
  return mustHave(file, { deliveries, states: ['sent'] });
}

/** The same of a provider that tells later what it has sent. */
export function mustHaveAccepted(file: string, deliveries: number): Promise<void> {
  return mustHave(file, { deliveries, states: ['accepted', 'sent'] });
}

async function mustHave(file: string, expected: { deliveries: number; states: readonly string[] }): Promise<void> {
  const { deliveries } = expected;
  const connection = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const deadlineMs = performance.now() + SETTLE_TIMEOUT_MS;
    let rows = countRows(connection, expected.states);
    while (rows.sent < deliveries && performance.now() < deadlineMs) {
      await pause(ASK_AGAIN_MS);
      rows = countRows(connection, expected.states);
    }
    if (rows.sent === deliveries && rows.attempts === deliveries && rows.others === 0) return;
    throw new Error(`${String(deliveries)} deliveries were made, but the ledger has ${JSON.stringify(rows)}`);
  } finally {
    connection.close();
  }
}

interface Rows {
  readonly sent: number;
  readonly attempts: number;
  readonly others: number;
}

function countRows(connection: Database.Database, states: readonly string[]): Rows {
  const among = states.map((state) => `'${state}'`).join(', ');
  const count = (sql: string): number => connection.prepare<[], { n: number }>(sql).get()?.n ?? NaN;
  return {
    sent: count(`SELECT count(*) AS n FROM deliveries WHERE state IN (${among})`),
    attempts: count(`SELECT count(*) AS n FROM attempts WHERE outcome IN (${among})`),
    others: count(`SELECT count(*) AS n FROM deliveries WHERE state NOT IN (${among})`),
  };
}
