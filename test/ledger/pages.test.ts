/** How many pages SQLite writes, and syncs, for what happens most. An index or a table more is a page more, every time. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import type { Claim, OpenOutcome, OpenRequest } from '../../src/contract/ledger.js';
import { idsSideBySide } from '../../src/desk/requests/opening/deliveries.js';
import { openSqliteSource, type SqliteSource } from '../../src/ledger/sqlite/source.js';
import { approval, opened, openInput, producerInput, sent } from '../contract/ledger/inputs.js';
import { createSqliteFile } from '../fixtures/databases/databases.js';
import { logFrames } from './log-frames.js';
import { oneByOne, type RunOne } from './one-by-one.js';

/** So many that an index has several pages, and neighbours in time are not neighbours in it. */
const BEFORE = 300;
const MEASURED = 50;
const CAP = 10;
const WEBHOOK = 'webhook' as ChannelName;

const random = systemRandom();
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
  const newId = idsSideBySide(random);
  const approvers = [1, 2, 3, 4, 5].map((number) => {
    const id = `${String(number)}-${String(Math.floor(index / CAP))}@koder.dev` as ApproverId;
    const recipient = { kind: 'consumer', approver: id, url: `https://${String(number)}.example.org/hook` } as const;
    return { id, deliveries: [{ id: newId(), channel: WEBHOOK, transport: WEBHOOK, recipient }] };
  });
  return producerInput({ approvers, firstClaims: { slots: { webhook: 5 }, leaseMs: 60_000 } });
}

function openNew(input: OpenRequest): readonly Claim[] {
  const outcome = run('requests.open', [input, opened]) as OpenOutcome;
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
  const inputs = Array.from({ length: BEFORE + MEASURED }, () =>
    openInput({ callback: { producer: 'jet', url: 'https://jet.example.org/outcome' } }),
  );
  for (const input of inputs) openNew(input);

  const pages = pagesEach(inputs.slice(0, MEASURED), (input) => void run('requests.decide', [approval(input)]));

  expect(pages).toBeLessThanOrEqual(17);
});

test('a request to five consumers writes 32 pages at most, and their five deliveries 6 when they end together', () => {
  for (let index = 0; index < BEFORE; index += 1) openNew(toFiveConsumers(index));
  const inputs = Array.from({ length: MEASURED }, (_, index) => toFiveConsumers(BEFORE + index));
  const claims: (readonly Claim[])[] = [];

  const openedPages = pagesEach(inputs, (input) => void claims.push(openNew(input)));
  const closedPages = pagesEach(claims, (of) => void run('deliveries.close', [of.map((claim) => sent(claim))]));

  expect(openedPages).toBeLessThanOrEqual(32);
  expect(closedPages).toBeLessThanOrEqual(6);
});
