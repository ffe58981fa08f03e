/** Lines as words, and words that were nearly typed. */
import { describe, expect, test } from '@jest/globals';
import { nearest } from '../../src/base/nearest.js';
import { optionalDuration } from '../../src/commands/optional-duration.js';
import { wordsOf } from '../../src/commands/words.js';

describe('a line', () => {
  test.each([
    ['approve 4k2m for 8h', ['approve', '4k2m', 'for', '8h']],
    ['  approve \t 4k2m ', ['approve', '4k2m']],
    ['history "stg.example.org"', ['history', 'stg.example.org']],
    ["history 'a b'", ['history', 'a b']],
    ['history “a b”', ['history', 'a b']],
    ['history "never closed', ['history', 'never closed']],
    ['', []],
  ])('%p is %p', (line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });

  test('that is very long is cut', () => {
    expect(wordsOf('x '.repeat(10_000))).toHaveLength(250);
  });
});

describe('a duration at the end', () => {
  test.each([
    [['4k2m'], { kind: 'read', words: ['4k2m'], ttlSeconds: null }],
    [['4k2m', 'for', '8h'], { kind: 'read', words: ['4k2m'], ttlSeconds: 28_800 }],
    [['4k2m', 'FOR', '7', 'd'], { kind: 'read', words: ['4k2m'], ttlSeconds: 604_800 }],
    [['4k2m', 'for', 'ever'], { kind: 'bad', text: 'ever' }],
    [['4k2m', 'for'], { kind: 'bad', text: '' }],
  ])('%p is %p', (words, read) => {
    expect(optionalDuration(words)).toEqual(read);
  });
});

describe('the nearest word', () => {
  const verbs = ['approve', 'deny', 'grant', 'grants'];

  test('is one or two slips away', () => {
    expect(nearest('aprove', verbs)).toBe('approve');
    expect(nearest('dney', verbs)).toBe('deny');
    expect(nearest('grantz', verbs)).toBe('grant');
  });

  test('is none when nothing is near', () => {
    expect(nearest('zzzzzz', verbs)).toBeNull();
    expect(nearest('', verbs)).toBeNull();
  });
});
