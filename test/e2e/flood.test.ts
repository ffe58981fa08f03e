/** Thousands of visitors whom nobody lets in, at a real gate: what they fill, and what they leave for others. */
import { afterEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { FIRST_ROWS, SUMMARY_ROWS } from '../../src/desk/requests/opening/refused-request-rows.js';
import { databaseKinds, onPostgres } from '../fixtures/databases/databases.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { visit } from '../fixtures/processes/people.js';

const FLOOD = 2_000;
const AT_ONCE = 40;
const TEST_MS = 90_000;

let fixture: Fixture;

afterEach(() => fixture.close());

/** Access requests from each address, some at a time. */
async function accessRequestFrom(addresses: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const shown = new Map<string, number>();
  const left = [...addresses];
  async function one(): Promise<void> {
    for (let address = left.pop(); address !== undefined; address = left.pop()) {
      const { text } = await visit(fixture.gate, address);
      const state = /data-state="(\w+)"/.exec(text)?.[1] ?? 'none';
      shown.set(state, (shown.get(state) ?? 0) + 1);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return shown;
}

async function turnedAway(): Promise<readonly { readonly detail: string | object }[]> {
  const statement = `SELECT detail FROM audit WHERE what IN ('deferred', 'muted') AND who = 'visitor'`;
  if (fixture.database.kind === 'postgres')
    return onPostgres(fixture.database.url, async (client) => (await client.query<{ detail: string }>(statement)).rows);
  const file = new Database(join(fixture.gate.dataDir, 'gate.sqlite'), { readonly: true });
  try {
    return file.prepare<[], { detail: string }>(statement).all();
  } finally {
    file.close();
  }
}

function countOf({ detail }: { readonly detail: string | object }): number {
  const said: unknown = typeof detail === 'string' ? JSON.parse(detail) : detail;
  return typeof said === 'object' && said !== null && 'count' in said ? Number(said.count) : 1;
}

describe.each(databaseKinds)('on %s', (kind) => {
  test(
    'a flood from one /48 takes its share, the next network is asked about, and the trail stays short',
    async () => {
      fixture = await openFixture(kind);
      const flood = Array.from({ length: FLOOD }, (_, n) => `2001:db8:bad:${n.toString(16)}::1`);

      const shown = await accessRequestFrom(flood);
      const stranger = await accessRequestFrom(['198.51.100.7']);
      await fixture.gate.stop();
      const rows = await turnedAway();

      expect(shown).toEqual(
        new Map([
          ['pending', 5],
          ['deferred', FLOOD - 5],
        ]),
      );
      expect(stranger).toEqual(new Map([['pending', 1]]));
      expect(rows.length).toBeLessThanOrEqual(FIRST_ROWS + SUMMARY_ROWS + 2);
      expect(rows.reduce((sum, row) => sum + countOf(row), 0)).toBe(FLOOD - 5);
    },
    TEST_MS,
  );
});
