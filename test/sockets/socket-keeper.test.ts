/** One process's conduct towards its socket and its lease, by a clock that stands still. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { LeaseLedger } from '../../src/contract/ledger.js';
import type { SocketKeeper } from '../../src/sockets/socket-keeper.js';
import type { GateEvent } from '../../src/events/events.js';
import { recorder, type Recorder } from '../delivery/recorder.js';
import { manualClock, type ManualClock } from '../gate/manual-clock.js';
import { keeperOf, leasesBy, pausesBy, scriptedSocket, SLACK, type Happening } from './socket-scene.js';

const LEASE = 'socket:slack';
const LOST = { kind: 'lost', reason: 'gateway_1006' } as const;
const REFUSED = { kind: 'refused', reason: 'invalid_auth' } as const;

let clock: ManualClock;
let leases: ReturnType<typeof leasesBy>;
let pauses: ReturnType<typeof pausesBy>;
let happenings: Recorder<Happening>;
let events: Recorder<GateEvent>;
let socket: ReturnType<typeof scriptedSocket>;

beforeEach(() => {
  clock = manualClock();
  leases = leasesBy(clock);
  pauses = pausesBy(clock);
  happenings = recorder();
  events = recorder();
  socket = scriptedSocket('one', happenings);
});

function started(over: Partial<LeaseLedger> = {}): SocketKeeper {
  const keeper = keeperOf({
    inbound: socket.inbound,
    leases: { ...leases, ...over },
    deliveries: pauses,
    clock,
    events,
  });
  keeper.start();
  return keeper;
}

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

describe('a lease', () => {
  test('that is another process’s is not connected on', async () => {
    await leases.take({ name: LEASE, owner: 'another', leaseMs: 30_000 });
    const keeper = started();

    await clock.advance(25_000);

    expect(keeper.state()).toEqual({ kind: 'elsewhere' });
    expect(socket.connects()).toBe(0);
    await clock.advance(10_000);
    expect(keeper.state().kind).toBe('up');
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('gone'))],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])('whose renewal %s is closed on before others may have it', async (_how, failing) => {
    let isDatabaseGone = false;
    started({
      take: (wish) => (isDatabaseGone ? failing() : leases.take(wish)),
      giveBack: (wish) => (isDatabaseGone ? failing() : leases.giveBack(wish)),
    });
    await clock.advance(1_000);
    isDatabaseGone = true;
    const closed = happenings.until(({ what }) => what === 'close');

    await clock.advance(11_500);

    await closed;
    expect(await leases.take({ name: LEASE, owner: 'another', leaseMs: 1 })).toBe(false);
  });

  test('that another has by now is closed on at the next renewal', async () => {
    const keeper = started();
    await clock.advance(1_000);
    await leases.giveBack({ name: LEASE, owner: leases.held.get(LEASE) ?? '' });
    await leases.take({ name: LEASE, owner: 'another', leaseMs: 60_000 });

    await clock.advance(11_000);

    expect(happenings.all.at(-1)).toEqual({ who: 'one', what: 'close' });
    expect(keeper.state()).toEqual({ kind: 'elsewhere' });
  });

  test('that the database confirms too late is not counted on', async () => {
    started({
      take: (wish) => new Promise((resolve) => void clock.after(13_000, () => resolve(leases.take(wish)))),
    });

    await clock.advance(14_000);

    expect(socket.connects()).toBe(0);
  });

  test('is given back while a refused socket waits, so that another process may try', async () => {
    socket.answer(() => Promise.resolve(REFUSED));
    started();

    await clock.advance(10_000);

    expect(leases.held.has(LEASE)).toBe(false);
  });
});

describe('a stop', () => {
  test('closes the socket, then gives the lease back', async () => {
    const order: string[] = [];
    const keeper = started({
      giveBack(wish) {
        order.push(...happenings.all.map(({ what }) => what), 'give back');
        return leases.giveBack(wish);
      },
    });
    await clock.advance(1_000);

    await keeper.stop();

    expect(order).toEqual(['connect', 'close', 'give back']);
    expect(leases.held.has(LEASE)).toBe(false);
  });

  test('takes 3 s at most, whatever hangs', async () => {
    const hanging = new Promise<never>(() => undefined);
    socket.answer(() => Promise.resolve({ kind: 'up', ended: hanging, close: () => hanging }));
    const keeper = started({ giveBack: () => hanging });
    await clock.advance(1_000);
    let isStopped = false;
    void keeper.stop().then(() => (isStopped = true));

    await clock.advance(3_000);

    expect(isStopped).toBe(true);
  });

  test('during a back-off connects no more', async () => {
    socket.answer(() => Promise.resolve(LOST));
    const keeper = started();
    await clock.advance(100);

    await keeper.stop();
    await clock.advance(60_000);

    expect(socket.connects()).toBe(1);
  });
});
