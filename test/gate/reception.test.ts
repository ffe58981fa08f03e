/** How many questions the visitors' pages may have before the desk at once. */
import { expect, test } from '@jest/globals';
import type { StatusId } from '../../src/approval/brand.js';
import { reception } from '../../src/gate/visitor/reception.js';
import { silentLog } from '../fixtures/logs/silent-log.js';

const MANY = 1_000;

test('a crowd that asks for statuses while the database is slow waits by the hundred alone, and all others are told to come again', async () => {
  const asked: (() => void)[] = [];
  const visitors = reception({
    desk: {
      open: () => Promise.reject(new Error('nobody knocks here')),
      status: () => new Promise((resolve) => asked.push(() => resolve(null))),
    },
    grants: { confirm: () => Promise.resolve('none') },
    country: () => null,
    faults: { note: () => undefined },
    windowSeconds: () => 600,
    clock: { monotonicMs: () => 0 },
    log: silentLog,
  });
  const ask = () =>
    visitors.showing({ statusId: '0'.repeat(32) as StatusId, host: 'stg.example.org', address: '192.0.2.7' });

  const answers = Array.from({ length: MANY }, ask);
  const turnedAway = await Promise.all(answers.slice(asked.length));
  const held = asked.length;
  for (const answer of asked.splice(0)) answer();

  expect(held).toBe(256);
  expect(new Set(turnedAway.map(({ kind }) => kind))).toEqual(new Set(['unavailable']));
  expect(new Set((await Promise.all(answers.slice(0, held))).map(({ kind }) => kind))).toEqual(
    new Set(['unknown_request']),
  );
  const next = ask();
  asked[0]?.();
  expect((await next).kind).toBe('unknown_request');
});
