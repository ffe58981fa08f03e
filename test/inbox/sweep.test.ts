/** Old messages of the embedded Talk go in bounded batches: those that their bot needs no more, and no others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStore, type Store } from '../../inbox/store.js';
import { sweepMessages } from '../../inbox/sweep.js';
import type { MessageSweep } from '../../src/contract/embedded-server.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { SweepCursor } from '../../src/contract/ledger.js';

const NOW_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;
const clock = { ...systemClock(), nowMs: () => NOW_MS };

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'talk-sweep-'));
  store = openStore(join(folder, 'talk.sqlite'));
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function sent(name: string, daysAgo: number): void {
  const rest = { handle: 'ada', revision: 1, text: name, card: '{"type":"AdaptiveCard"}' };
  store.post({ id: `m-${name}`, key: `k-${name}`, sentAtMs: NOW_MS - daysAgo * DAY_MS, ...rest });
}

function standing(): readonly string[] {
  return store.of('ada').map(({ text }) => text);
}

/** All batches, each as the keys that it asked about. */
async function sweepAll(input: Partial<MessageSweep> = {}) {
  const asked: (readonly string[])[] = [];
  const past: MessageSweep['past'] = (keys) => Promise.resolve(keys);
  let removed = 0;
  let after: SweepCursor | null = null;
  do {
    const { past: isPast = past, ...rest } = input;
    const swept = await sweepMessages(
      {
        olderThanMs: 30 * DAY_MS,
        limit: 2,
        after,
        past: (keys) => {
          asked.push(keys);
          return isPast(keys);
        },
        ...rest,
      },
      { store, clock },
    );
    removed += swept.removed;
    after = swept.next;
  } while (after !== null);
  return { removed, asked };
}

test('old messages go, the oldest first and so many at a time, and younger ones are not even asked about', async () => {
  for (const [name, days] of Object.entries({ c: 32, a: 90, young: 29, b: 31.5, d: 31 })) sent(name, days);

  const { removed, asked } = await sweepAll();

  expect(removed).toBe(4);
  expect(asked).toEqual([
    ['k-a', 'k-c'],
    ['k-b', 'k-d'],
  ]);
  expect(standing()).toEqual(['young']);
});

test('messages of one moment, more than a batch holds, are each asked about once', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) sent(name, 40);

  const { removed, asked } = await sweepAll({ past: () => Promise.resolve([]) });

  expect(removed).toBe(0);
  expect(asked).toEqual([['k-a', 'k-b'], ['k-c', 'k-d'], ['k-e']]);
});

test('what its bot still needs stays, however old, and keeps nothing behind it from going', async () => {
  for (const name of ['open', 'granted', 'past']) sent(name, 400);

  const { removed } = await sweepAll({ past: (keys) => Promise.resolve(keys.filter((key) => key === 'k-past')) });

  expect(removed).toBe(1);
  expect(standing()).toEqual(['open', 'granted']);
});

test('nothing goes while nobody knows what is past', async () => {
  sent('old', 400);

  await expect(sweepAll({ past: () => Promise.reject(new Error('out of reach')) })).rejects.toThrow('out of reach');

  expect(standing()).toEqual(['old']);
});
