/** Mail orders that were refused and are carried out later: what they said of their times still holds. */
import { expect, test } from '@jest/globals';
import { ADMIN_TOKEN, JET_BEARER } from '../fixtures/http/planes.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { json } from '../fixtures/http/receiver-calls.js';
import { call } from '../fixtures/http/visitor-client.js';
import { eventually } from '../fixtures/time/eventually.js';

openPlanes(() => ({ byMail: true }));

const ORDER = { to: ['ada@example.org'], subject: 'Green', text: 'All tests passed.', idempotency_key: 'build-42' };

async function order(giveUpAt: string): Promise<number> {
  const answer = await call(`${planes.publicUrl}/api/v1/mails`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${JET_BEARER}` },
    body: JSON.stringify({ ...ORDER, give_up_at: giveUpAt }),
  });
  return answer.status;
}

const inHours = (hours: number): string => new Date(planes.nowMs() + hours * 3_600_000).toISOString();

/** As if the order that has just been refused had come so long ago. */
async function redriven(hours: number): Promise<unknown> {
  // it is written after the answer
  await eventually('a dead letter', () => planes.store.query('SELECT id FROM dead_letters').length > 0);
  const [letter] = planes.store.query('SELECT id FROM dead_letters');
  planes.store.change(`UPDATE dead_letters SET at = at - ${String(hours * 3_600_000)}`);
  const answer = await call(`${planes.adminUrl}/v1/dead-letters/${String(letter?.['id'])}/redrive`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ operator: 'eve' }),
  });
  return json(answer);
}

test('ends when it was to end, and not so long after it is carried out', async () => {
  const end = inHours(2);
  planes.store.behave('away', { but: ['deadLetters'] });
  expect(await order(end)).toBe(503);
  planes.store.behave('well');

  expect(await redriven(1)).toEqual({ isDone: true, outcome: 'done' });

  const rows = planes.store.query('SELECT DISTINCT expires_at FROM deliveries');
  expect(rows.map((row) => Number(row['expires_at']))).toEqual([Date.parse(end)]);
});

test('is refused once that is over', async () => {
  expect(await order(inHours(-1))).toBe(400);

  expect(await redriven(2)).toEqual({ isDone: false, outcome: 'too_late' });
  expect(planes.store.query('SELECT id FROM deliveries')).toEqual([]);
  expect(planes.store.query('SELECT id FROM producer_mails')).toEqual([]);
});
