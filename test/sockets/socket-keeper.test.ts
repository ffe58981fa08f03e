/** One process’s conduct towards its socket, by a clock that stands still. */
import { describe, expect, test } from '@jest/globals';
import { SLACK } from '../fixtures/channels/sockets.js';
import {
  clock,
  events,
  happenings,
  keepSocket,
  LEASE,
  leases,
  LOST,
  pauses,
  REFUSED,
  socket,
  started,
} from '../fixtures/channels/kept-socket.js';

keepSocket();

describe('a socket', () => {
  test('is up once events flow, and keeps its lease as long as it is', async () => {
    const keeper = started();

    await clock.advance(60_000);

    expect(keeper.state()).toEqual({ kind: 'up', sinceMs: clock.nowMs() - 60_000 });
    expect(leases.held.has(LEASE)).toBe(true);
    expect(socket.connects()).toBe(1);
  });

  test('that is lost is opened again after 1 s, twice as long each time, a minute at most', async () => {
    const atMs: number[] = [];
    socket.answer(() => {
      atMs.push(clock.monotonicMs());
      return Promise.resolve(LOST);
    });
    started();

    await clock.advance(185_000);

    const waits = atMs.slice(1).map((ms, index) => ms - (atMs[index] ?? 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  test('that lasted starts the back-off anew', async () => {
    const keeper = started();
    await clock.advance(31_000);
    socket.end(LOST);
    await clock.advance(1_000);
    await clock.advance(31_000);
    socket.end(LOST);
    await clock.advance(0);

    await clock.advance(1_000);

    expect(keeper.state().kind).toBe('up');
    expect(socket.connects()).toBe(3);
  });

  test('says since when it is down, and why', async () => {
    const keeper = started();
    await clock.advance(5_000);
    const sinceMs = clock.nowMs();
    socket.answer(() => Promise.resolve(LOST));
    socket.end(LOST);

    await clock.advance(10_500);

    expect(keeper.state()).toEqual({ kind: 'down', reason: 'gateway_1006', isRefused: false, sinceMs });
  });

  test('whose platform refuses us pauses its carrier with the reason, and is tried again after 5 minutes', async () => {
    socket.answer(() => Promise.resolve(REFUSED));
    const keeper = started();
    await clock.advance(299_000);

    expect(keeper.state()).toMatchObject({ kind: 'down', isRefused: true, reason: 'invalid_auth' });
    expect(pauses.standing.get(SLACK)).toMatchObject({ reason: 'invalid_auth' });
    expect(socket.connects()).toBe(1);
    await clock.advance(2_000);
    expect(socket.connects()).toBe(2);
    expect(events.all.map(({ event }) => event)).toEqual(['auth_gate.channel_paused']);
  });

  test('that connects after a refusal resumes its carrier', async () => {
    socket.answer(() => Promise.resolve(REFUSED));
    const keeper = started();
    await clock.advance(1_000);
    socket.answer(null);

    await clock.advance(300_000);

    expect(keeper.state().kind).toBe('up');
    expect(pauses.standing.size).toBe(0);
    expect(events.all.map(({ event }) => event)).toEqual(['auth_gate.channel_paused', 'auth_gate.channel_resumed']);
  });

  test('whose SDK never answers is told to stop, and what it opens all the same is closed', async () => {
    let answerLate = (): void => undefined;
    let wasTold = false;
    const late = {
      kind: 'up' as const,
      ended: new Promise<never>(() => undefined),
      close: () => Promise.resolve(happenings.add({ who: 'late', what: 'close' })),
    };
    socket.answer((signal) => {
      signal.addEventListener('abort', () => (wasTold = true));
      return new Promise((resolve) => (answerLate = () => resolve(late)));
    });
    const keeper = started();
    await clock.advance(20_500);

    answerLate();
    await clock.advance(0);

    expect(wasTold).toBe(true);
    expect(keeper.state()).toMatchObject({ kind: 'down', reason: 'connect_timeout' });
    expect(happenings.all).toContainEqual({ who: 'late', what: 'close' });
  });

  test('whose inbound throws ends nothing but this attempt', async () => {
    socket.answer(() => Promise.reject(new Error('xoxb-secret')));
    const keeper = started();

    await clock.advance(500);

    expect(keeper.state()).toMatchObject({ kind: 'down', reason: 'inbound_threw' });
  });
});
