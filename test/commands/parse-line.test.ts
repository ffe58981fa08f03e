/** A typed line as a command: words in their places, what is named behind its name, and a reason as it was typed. */
import { describe, expect, test } from '@jest/globals';
import { parseLine } from '../../src/commands/parse-line.js';

describe('a line', () => {
  test.each([
    ['approve 4k2m for 8h', 'approve', { id: '4k2m', for: '8h' }],
    ['  APPROVE \t 4k2m ', 'approve', { id: '4k2m' }],
    ['/approve 4k2m', 'approve', { id: '4k2m' }],
    ['history "stg.example.org"', 'history', { site: 'stg.example.org' }],
    ["history 'a b'", 'history', { site: 'a b' }],
    ['history “a b”', 'history', { site: 'a b' }],
    ['history "never closed', 'history', { site: 'never closed' }],
    ['pending stg.example.org page 2', 'pending', { site: 'stg.example.org', page: '2' }],
    ['grant 192.0.2.7 stg.example.org for 1d', 'grant', { address: '192.0.2.7', site: 'stg.example.org', for: '1d' }],
    ['help /gate grants', 'help', { verb: 'grants' }],
    ['--help approve', 'help', { verb: 'approve' }],
    ['', 'help', {}],
    ['Aprove 4k2m', 'Aprove', {}],
  ])('%p is %s with %j', (line, verb, args) => {
    expect(parseLine(line)).toEqual({ verb, args });
  });

  test('with a word too many names it by its place', () => {
    expect(parseLine('show 4k2m 5abc')).toEqual({ verb: 'show', args: { id: '4k2m', 2: '5abc' } });
    expect(parseLine('deny 4k2m 5abc because x').args).toEqual({ id: '4k2m', 2: '5abc', because: 'x' });
    expect(parseLine('deny because 4k2m').args).toEqual({ because: '4k2m' });
    expect(parseLine('deny 4k2m becausee x').args).toEqual({ id: '4k2m', 2: 'becausee', 3: 'x' });
    expect(parseLine('show constructor __proto__').args).toEqual({ id: 'constructor', 2: '__proto__' });
  });

  test('that is very long is cut', () => {
    expect(Object.keys(parseLine('show '.repeat(10_000)).args)).toHaveLength(99);
  });
});

describe('a duration at the end', () => {
  test.each([
    ['approve 4k2m', undefined],
    ['approve 4k2m for 8h', '8h'],
    ['approve 4k2m FOR 7 d', '7 d'],
    ['approve 4k2m for ever', 'ever'],
    ['approve 4k2m for', ''],
  ])('of `%s` is %p', (line, duration) => {
    expect(parseLine(line).args['for']).toBe(duration);
  });
});

describe('a reason', () => {
  test.each([
    ['deny 4k2m because nobody of ours is there', 'because', 'nobody of ours is there'],
    ['deny 4k2m telling ask by mail first', 'telling', 'ask by mail first'],
    ['  DENY  4k2m  BECAUSE  it  "looks"  odd  ', 'because', 'it  "looks"  odd'],
    ["deny 4k2m because it's a bot", 'because', "it's a bot"],
    ['deny 4k2m because telling them helps nobody', 'because', 'telling them helps nobody'],
    ['deny 4k2m telling because we are closed', 'telling', 'because we are closed'],
    ['deny 4k2m because for 8h', 'because', 'for 8h'],
    ['deny 4k2m because two\nlines', 'because', 'two\nlines'],
    ['deny 4k2m because \u{1f6a7}', 'because', '\u{1f6a7}'],
    ['deny 4k2m because', 'because', ''],
    ['deny 4k2m because   ', 'because', ''],
    ['deny 4k2m telling\n', 'telling', ''],
  ])('of `%s` is %s: %j', (line, name, reason) => {
    expect(parseLine(line)).toEqual({ verb: 'deny', args: { id: '4k2m', [name]: reason } });
  });

  test.each(['deny 4k2m', 'deny'])('of `%s` is none', (line) => {
    const { args } = parseLine(line);

    expect([args['because'], args['telling']]).toEqual([undefined, undefined]);
  });

  test('of an endless line costs no more than a long one', () => {
    const { args } = parseLine(`deny 4k2m because ${'a'.repeat(1_000_000)}`);

    expect(args['because']?.length).toBeGreaterThan(1_900);
    expect(args['because']?.length).toBeLessThan(2_200);
  });
});
