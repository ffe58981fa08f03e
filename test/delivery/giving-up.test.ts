/** Messages past their end: each is told once, a backlog in turns without a wait, and a ledger that is away is asked again. */
import { expect, test } from '@jest/globals';
import type { ChannelName } from '../../src/approval/brand.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { GivenUp } from '../../src/contract/ledger.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { createGivingUp } from '../../src/delivery/queue/giving-up.js';
import type { GateEvent } from '../../src/events/events.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { recorder } from '../fixtures/time/recorder.js';

const HOUR_MS = 3_600_000;

function overdue(count: number): readonly GivenUp[] {
  return Array.from({ length: count }, (_, at) => ({
    deliveryId: `d${String(at)}`,
    kind: 'mail',
    channel: 'email' as ChannelName,
    reason: 'smtp_451',
  }));
}

/** `answers`: of one turn each, in order; then nothing is overdue. */
function givingUp(answers: (() => readonly GivenUp[])[], giveUpEveryMs: number) {
  const events = recorder<GateEvent>();
  const turns = recorder<number>();
  const giveUp = (limit: number): Promise<readonly GivenUp[]> => {
    turns.add(limit);
    const answer = answers.shift() ?? (() => []);
    return Promise.resolve().then(answer);
  };
  const stream = { emit: (event: GateEvent) => events.add(event) };
  const deps = { deliveries: { giveUp }, events: stream, clock: systemClock(), log: silentLog };
  return { events, turns, work: createGivingUp({ ...deps, limits: { giveUpEveryMs } }) };
}

test('a message that was given up is told with its channel, its kind and why', async () => {
  const { events, work } = givingUp([() => overdue(1)], HOUR_MS);

  work.start();
  const told = await events.until(() => true);
  await work.stop(1_000);

  const event = 'auth_gate.message_given_up';
  expect(told).toEqual({ event, channel: 'email', kind: 'mail', delivery: 'd0', reason: 'smtp_451' });
  expect(events.all).toHaveLength(1);
});

test('a backlog is worked off in turns that follow at once', async () => {
  const { events, turns, work } = givingUp([() => overdue(100), () => overdue(1)], HOUR_MS);

  work.start();
  await events.until(() => true, { count: 101 });
  await work.stop(1_000);

  expect(turns.all).toEqual([100, 100]);
});

test('a ledger that is away is asked again later', async () => {
  const away = (): never => {
    throw new LedgerUnavailable('away');
  };
  const { events, work } = givingUp([away, () => overdue(1)], 10);

  work.start();
  const told = await events.until(() => true);
  await work.stop(1_000);

  expect(told).toMatchObject({ delivery: 'd0' });
});
