/** `deny … because …` and `deny … telling …`: the rest of the line, as it was typed. */
import { describe, expect, test } from '@jest/globals';
import { reasonIn } from '../../src/commands/reason.js';

describe('a reason', () => {
  test.each([
    ['deny 4k2m because nobody of ours is there', 'nobody of ours is there', false],
    ['deny 4k2m telling ask by mail first', 'ask by mail first', true],
    ['  DENY  4k2m  BECAUSE  it  "looks"  odd  ', 'it  "looks"  odd', false],
    ["deny 4k2m because it's a bot", "it's a bot", false],
    ['deny 4k2m because telling them helps nobody', 'telling them helps nobody', false],
    ['deny 4k2m telling because we are closed', 'because we are closed', true],
    ['deny 4k2m because for 8h', 'for 8h', false],
    ['deny 4k2m because two\nlines', 'two\nlines', false],
    ['deny 4k2m because \u{1f6a7}', '\u{1f6a7}', false],
  ])('of `%s` is %j', (...[line, reason, isShared]) => {
    expect(reasonIn(line)).toEqual({ kind: 'given', denial: { reason, isShared } });
  });

  test.each(['deny 4k2m because', 'deny 4k2m because   ', 'deny 4k2m telling\n'])('of `%s` is missing', (line) => {
    expect(reasonIn(line)).toEqual({ kind: 'missing' });
  });

  test.each(['deny 4k2m', 'deny', '', 'deny 4k2m becausee x', 'deny because 4k2m', 'deny 4k2m 5abc because x'])(
    'of `%s` is none',
    (line) => {
      expect(reasonIn(line)).toEqual({ kind: 'none' });
    },
  );

  test('of an endless line costs no more than a long one', () => {
    const found = reasonIn(`deny 4k2m because ${'a'.repeat(1_000_000)}`);

    expect(found).toMatchObject({ kind: 'given' });
    expect(JSON.stringify(found).length).toBeLessThan(2_200);
  });
});
