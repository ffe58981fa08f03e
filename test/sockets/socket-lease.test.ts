/** One process’s conduct towards the lease of its socket, and a stop. */
import { describe, expect, test } from '@jest/globals';
import {
  clock,
  happenings,
  keepSocket,
  LEASE,
  leases,
  LOST,
  REFUSED,
  socket,
  started,
} from '../fixtures/channels/kept-socket.js';

keepSocket();

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
      take: (input) => (isDatabaseGone ? failing() : leases.take(input)),
      giveBack: (input) => (isDatabaseGone ? failing() : leases.giveBack(input)),
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
      take: (input) => new Promise((resolve) => void clock.after(13_000, () => resolve(leases.take(input)))),
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
      giveBack(input) {
        order.push(...happenings.all.map(({ what }) => what), 'give back');
        return leases.giveBack(input);
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
