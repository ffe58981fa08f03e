/** Which memory curves count as flat, and that a leak does not. */
import { expect, test } from '@jest/globals';
import { memoryWrongs, slopeOf, type MemorySample } from './memory.js';

const BOUNDS = { heapMbAMinute: 0.5, residentMbAMinute: 2 };
const MB = 2 ** 20;

/** A sample every 10 s for twelve minutes, by the minutes since the first. */
function samples(heapMb: (minutes: number) => number, residentMb = heapMb): readonly MemorySample[] {
  return Array.from({ length: 73 }, (_, index) => ({
    atMs: index * 10_000,
    heapBytes: heapMb(index / 6) * MB,
    residentBytes: residentMb(index / 6) * MB,
  }));
}

test('what goes up and comes down again is flat', () => {
  const sawtooth = samples((minutes) => 40 + (minutes % 1.5) * 8);

  expect(memoryWrongs(sawtooth, BOUNDS)).toEqual([]);
});

test('a single burst is no slope', () => {
  const burst = samples((minutes) => (minutes > 9 && minutes < 9.4 ? 300 : 40));

  expect(memoryWrongs(burst, BOUNDS)).toEqual([]);
});

test('a leak under noise is found, and told by its slope', () => {
  const leak = samples((minutes) => 40 + minutes + (minutes % 1.5) * 4);

  const wrongs = memoryWrongs(leak, BOUNDS);

  expect(slopeOf(leak, 'heapBytes')).toBeCloseTo(1, 0);
  expect(wrongs).toHaveLength(1);
  expect(wrongs[0]).toMatch(/^the heap grows by 1\.\d\d MB a minute/);
});

test('what grows beside the heap is found in resident memory', () => {
  const wrongs = memoryWrongs(
    samples(
      () => 40,
      (minutes) => 90 + 3 * minutes,
    ),
    BOUNDS,
  );

  expect(wrongs).toEqual(['resident memory grows by 3.00 MB a minute, and at most 2.00 count as flat']);
});

test('a memory that nobody looked at is not called flat', () => {
  expect(memoryWrongs(samples(() => 40).slice(0, 2), BOUNDS)).toHaveLength(1);
});
