/** How many pages SQLite writes, and syncs, for what happens most. An index or a table more is a page more, every time. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import { systemChance } from '../../src/base/chance.js';
import type { Claim, OpenOutcome, OpenRequest } from '../../src/contract/ledger.js';
import { idsSideBySide } from '../../src/desk/opening/deliveries.js';
import { openSqliteSource, type SqliteSource } from '../../src/ledger/sqlite/source.js';
import { approval, opened, openWish, producerWish, sent } from '../contract/ledger/wishes.js';
import { createSqliteFile } from '../setup/databases.js';
import { logFrames } from './log-frames.js';
import { oneByOne, type RunOne } from './one-by-one.js';

/** So many that an index has several pages, and neighbours in time are not neighbours in it. */
const BEFORE = 300;
const MEASURED = 50;
const CAP = 10;
const WEBHOOK = 'webhook' as ChannelName;

const chance = systemChance();
let database: ReturnType<typeof createSqliteFile>;
let opening: SqliteSource;
let run: RunOne;

beforeEach(async () => {
  database = createSqliteFile();
  opening = await openSqliteSource(database.where.file);
  await opening.source.runMigrations();
  opening.connection.pragma('synchronous = OFF'); // pages are counted, and not how long they take
  opening.connection.pragma('wal_autocheckpoint = 0');
  run = oneByOne(opening.connection);
}, 30_000);

afterEach(async () => {
  await opening.source.destroy();
  await database.remove();
});

/** A request that five consumers are to hear of, each card claimed with it. An approver has as many requests as he may have. */
function toFiveConsumers(index: number): OpenRequest {
  const newId = idsSideBySide(chance);
  const approvers = [1, 2, 3, 4, 5].map((number) => {
    const id = `${String(number)}-${String(Math.floor(index / CAP))}@koder.dev` as ApproverId;
    const recipient = { kind: 'consumer', approver: id, url: `https://${String(number)}.example.org/hook` } as const;
    return { id, deliveries: [{ id: newId(), channel: WEBHOOK, carrier: WEBHOOK, recipient }] };
  });
  return producerWish({ approvers, firstClaims: { slots: { webhook: 5 }, leaseMs: 60_000 } });
}

function openNew(wish: OpenRequest): readonly Claim[] {
  const outcome = run('requests.open', [wish, opened]) as OpenOutcome;
  if (outcome.kind !== 'opened') throw new Error(`a request is opened, and not ${outcome.kind}`);
  return outcome.claims;
}

/** The pages that each of them writes, on average. */
function pagesEach<T>(things: readonly T[], work: (thing: T) => void): number {
  opening.connection.pragma('wal_checkpoint(TRUNCATE)');
  for (const thing of things) work(thing);
  return logFrames(database.where.file).length / things.length;
}

test('a decision writes 17 pages at most: its grant, its trail, its cards, its callback and its slots', () => {
  const wishes = Array.from({ length: BEFORE + MEASURED }, () =>
    openWish({ callback: { producer: 'jet', url: 'https://jet.example.org/outcome' } }),
  );
  for (const wish of wishes) openNew(wish);

  const pages = pagesEach(wishes.slice(0, MEASURED), (wish) => void run('requests.decide', [approval(wish)]));

  expect(pages).toBeLessThanOrEqual(17);
});

test('a request to five consumers writes 32 pages at most, and their five deliveries 6 when they end together', () => {
  for (let index = 0; index < BEFORE; index += 1) openNew(toFiveConsumers(index));
  const wishes = Array.from({ length: MEASURED }, (_, index) => toFiveConsumers(BEFORE + index));
  const claims: (readonly Claim[])[] = [];

  const openedPages = pagesEach(wishes, (wish) => void claims.push(openNew(wish)));
  const closedPages = pagesEach(claims, (of) => void run('deliveries.close', [of.map((claim) => sent(claim))]));

  expect(openedPages).toBeLessThanOrEqual(32);
  expect(closedPages).toBeLessThanOrEqual(6);
});
