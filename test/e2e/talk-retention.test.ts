/** The embedded Talk keeps its messages no longer than the ledger keeps what they show, and none that is open goes. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { openStore } from '../../inbox/store.js';
import { databaseKinds, onPostgres } from '../fixtures/databases/databases.js';
import { eventually } from '../fixtures/time/eventually.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, signIn } from '../fixtures/processes/people.js';
import { ADA, EMBEDDED_TALK } from '../fixtures/sites/sites.js';

const MANY_DAYS_MS = 200 * 86_400_000;
/** The visitor of each request. */
const ADDRESSES = { denied: '203.0.113.1', granted: '203.0.113.2', pending: '203.0.113.3', young: '203.0.113.4' };

let fixture: Fixture;

afterEach(() => fixture.close());

/** Which requests the messages in Ada's inbox show, of a gate that is stopped or running. */
function shown(gate: GateProcess): readonly string[] {
  const store = openStore(join(gate.dataDir, 'talk.sqlite'));
  try {
    const texts = store.of(ADA).map(({ text, card }) => text + card);
    const named = Object.entries(ADDRESSES).filter(([, address]) => texts.some((text) => text.includes(address)));
    return named.map(([name]) => name);
  } finally {
    store.close();
  }
}

async function ask(gate: GateProcess, name: keyof typeof ADDRESSES, verdict?: 'approve' | 'deny'): Promise<void> {
  const token = newToken();
  expect(await produce(gate, token, { origin_ip: ADDRESSES[name] })).toBe(200);
  await eventually('the card is there', () => shown(gate).includes(name));
  if (verdict === undefined) return;
  const form = await (await signIn(gate, ADA)).open(`/req/${token}`);
  expect((await form.press(verdict)).status).toBe(200);
}

/** As if all but `young` had been asked, and shown, long ago. */
async function makeOld({ dataDir }: GateProcess): Promise<void> {
  const by = String(MANY_DAYS_MS);
  const old = `
    UPDATE requests SET opened_at = opened_at - ${by}, decided_at = decided_at - ${by}
    WHERE address <> '${ADDRESSES.young}'`;
  const { database } = fixture;
  if (database.kind === 'postgres') await onPostgres(database.url, (client) => client.query(old));
  else changeFile(join(dataDir, 'gate.sqlite'), old);
  changeFile(join(dataDir, 'talk.sqlite'), `UPDATE message SET sent_at_ms = sent_at_ms - ${by}`);
}

function changeFile(file: string, statement: string): void {
  const database = new Database(file);
  database.exec(statement);
  database.close();
}

describe.each(databaseKinds)('with the ledger on %s', (kind) => {
  test('messages of past requests go, and the event says how many; those that are open or granted stay', async () => {
    fixture = await openFixture(kind, { environment: EMBEDDED_TALK });
    const { gate } = fixture;
    await ask(gate, 'denied', 'deny');
    await ask(gate, 'young', 'deny');
    await ask(gate, 'granted', 'approve');
    await ask(gate, 'pending');
    const well = 'every card shows what it should';
    await eventually('every card is final', async () => (await gate.cli('doctor')).out.includes(well), 20_000);
    await gate.stop();
    await makeOld(gate);
    expect(shown(gate)).toEqual(Object.keys(ADDRESSES));

    const again = await fixture.start(gate);
    const line = await eventually('it is told', () => /^.*talk_messages.*$/m.exec(again.printed.out)?.[0]);

    expect(JSON.parse(line)).toMatchObject({
      event: 'auth_gate.retention',
      removed: { talk_messages: 1 },
      erased: {},
    });
    expect(shown(again)).toEqual(['granted', 'pending', 'young']);
    const trail = await eventually('the trail says it', async () => {
      const { out } = await again.cli('audit', 'export');
      return out.includes('removed_talk_messages') ? out : null;
    });
    expect(trail).toContain('"removed_talk_messages":1');
  }, 90_000);
});
