/** The queue as operators work on it, over a real ledger: a mail that goes out again as it was, and deleting very many. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PAYLOAD_PURPOSE } from '../../src/approval/seal-purpose.js';
import type { ChannelName } from '../../src/approval/brand.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { Secret } from '../../src/base/crypto/secret.js';
import type { OperatorsQueue } from '../../src/contract/operators-queue.js';
import { createMessages } from '../../src/delivery/messages.js';
import { createOperatorsQueue } from '../../src/delivery/operators-queue.js';
import { claimMessage } from '../contract/ledger/message-inputs.js';
import { testLedger, type TestLedger } from '../fixtures/databases/test-ledger.js';

const CHANNEL = 'carrier' as ChannelName;
const BY = { who: 'operator:grace', surface: 'cli' } as const;
const CONTENT = { subject: 'Your link', text: 'https://gate.example.org/', html: '<p>link</p>' };
const MAX_PURGED = 10_000;

const random = systemRandom();
const encryption = createEncryption([new Secret(randomBytes(32))]);
let store: TestLedger;
let queue: OperatorsQueue;

beforeEach(async () => {
  store = await testLedger();
  queue = createOperatorsQueue({ ledger: store.ledger.queue, encryption, random, clock: systemClock() });
});
afterEach(() => store.wipe());

async function mailed(): Promise<string> {
  const carrying = new Map([[CHANNEL, { kinds: ['mail' as const], checkAddress: () => null }]]);
  const messages = createMessages({ deliveries: store.ledger.deliveries, encryption, carrying, random });
  const recipient = { kind: 'mailbox', address: 'ada@example.org' } as const;
  const more = { about: null, payload: CONTENT, giveUpAfterMs: 600_000, idempotencyKey: random.id() };
  const answer = await messages.enqueue({ kind: 'mail', channel: CHANNEL, recipient, ...more });
  if (answer.kind !== 'queued') throw new Error('the mail is queued');
  return answer.deliveryId;
}

test('a cancelled mail goes out again as it was, encrypted for the new delivery', async () => {
  const id = await mailed();
  await queue.cancel(id, BY);

  const answer = await queue.retry(id, BY);
  const claim = await claimMessage(store.ledger, CHANNEL);

  expect(answer).toEqual({ id: claim.deliveryId, redriveOf: id });
  expect(claim.deliveryId).not.toBe(id);
  expect(JSON.parse(encryption.open(PAYLOAD_PURPOSE, claim.deliveryId, claim.sealedPayload ?? '') ?? '')).toEqual(
    CONTENT,
  );
  expect(encryption.open(PAYLOAD_PURPOSE, id, claim.sealedPayload ?? '')).toBeNull();
});

test('10,000 are deleted at once and no more, and it is said that there are more', async () => {
  const id = await mailed();
  await queue.cancel(id, BY);
  const columns = Object.keys(store.query('SELECT * FROM deliveries')[0] ?? {}).filter((name) => name !== 'id');
  const kept = columns.map((name) => (name === 'idempotency_key' ? 'NULL' : name)).join(', ');
  store.change(`
    WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${String(MAX_PURGED)})
    INSERT INTO deliveries (id, ${columns.join(', ')}) SELECT 'copy-' || n, ${kept} FROM deliveries, counted`);

  const before = await queue.preview({ state: 'cancelled' });
  const first = await queue.purge({ state: 'cancelled' }, BY);
  const second = await queue.purge({ state: 'cancelled' }, BY);

  expect(before).toEqual({ count: MAX_PURGED, isDryRun: true, isMore: true });
  expect(first).toEqual({ count: MAX_PURGED, isDryRun: false, isMore: true });
  expect(second).toEqual({ count: 1, isDryRun: false, isMore: false });
  // newest first, so what is left for the second time is the oldest
  expect(store.query('SELECT id FROM deliveries')).toEqual([]);
});

test('a page is looked for beyond what one call looks at, and a cursor that is none is refused', async () => {
  const id = await mailed();

  const page = await queue.list({ filter: { channel: CHANNEL }, cursor: null, limit: 10 });

  expect(page?.deliveries.map((one) => one.id)).toEqual([id]);
  expect(await queue.list({ filter: {}, cursor: 'x', limit: 10 })).toBeNull();
});
