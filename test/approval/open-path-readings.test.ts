/** Open paths, however a path is put together: no server reads what passes as another path. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openPathFor, readOpenPath } from '../../src/approval/open-path.js';
import { patterns } from '../fixtures/sites/open-patterns.js';
import { servedPaths } from '../fixtures/sites/served-paths.js';

describe('however it is put together', () => {
  const HOOKS = patterns('/hooks/*', '/status');
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('/', '/hooks/', '/hooks', '/status', 'admin', 'x', '..', '.') },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...['//', '/./', '/../', '\\', ';', ';x=1', '%2e', '%2E', '%2f', '%2F', '%5c', '%5C', '%252e', '%252f', '%25'],
        ...['%00', '%0a', '%3b', '%3B', '%23', '%3f', '%20', ' ', '\t', '#', '?', '%c0%ae', '%C0%AE', '%C0%AF', '%61'],
        ...['%EF%BC%8E', '%EF%BC%8F', '%E2%80%A4', '%C3%A9', '\u00e9', '%', '%u002e', 'http://a', '@', ':', '~', '*'],
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 3 }) },
  );
  const uri = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 6 }).map((pieces) => `/hooks/${pieces.join('')}`),
  );
  const RUNS = { numRuns: 20_000 };

  function isInside(path: string): boolean {
    return path.startsWith('/hooks/') || path === '/status';
  }

  test('no server reads what passes as a path outside the pattern', () => {
    fc.assert(
      fc.property(uri, (text) => {
        if (openPathFor(HOOKS, { method: 'GET', uri: text }) === null) return true;
        return servedPaths(text).every(isInside);
      }),
      RUNS,
    );
  });

  test('the readings of servers are good enough to catch a comparison of beginnings', () => {
    const naive = fc.check(
      fc.property(uri, (text) => !text.startsWith('/hooks/') || servedPaths(text).every(isInside)),
      RUNS,
    );

    expect(naive.failed).toBe(true);
  });

  test('what passes is not changed by any reading but that of its encodings', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9_~!$&'()*+,=:@-]{1,12}$/);

    fc.assert(
      fc.property(fc.array(name, { maxLength: 5 }), (names) => {
        const path = `/hooks/${names.join('/')}`;
        expect(openPathFor(HOOKS, { method: 'GET', uri: path })?.text).toBe('/hooks/*');
        expect([...new Set(servedPaths(path))]).toEqual([path]);
      }),
    );
  });

  test('a character that others may drop fits nowhere', () => {
    const scalar = fc.integer({ min: 0x80, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff);
    // the blocks that hold nearly all of them, beside any character
    const block = fc.oneof(
      scalar,
      fc.integer({ min: 0x115f, max: 0x1160 }),
      fc.integer({ min: 0x17b4, max: 0x17b5 }),
      fc.integer({ min: 0x180b, max: 0x180f }),
      fc.integer({ min: 0x200b, max: 0x206f }),
      fc.integer({ min: 0xfe00, max: 0xfe0f }),
      fc.integer({ min: 0xe0000, max: 0xe0fff }),
    );

    fc.assert(
      fc.property(block, piece, (code, around) => {
        const character = String.fromCodePoint(code);
        const path = `/hooks/${around}${encodeURIComponent(character)}${around}`;
        const fits = openPathFor(HOOKS, { method: 'GET', uri: path }) !== null;
        return !fits || around.includes('?') || !/\p{Default_Ignorable_Code_Point}/u.test(character);
      }),
      RUNS,
    );
  });

  test('a text that was refused as a pattern or taken is never a crash', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const read = readOpenPath(text);
        if ('problem' in read) return;
        expect(readOpenPath(read.text)).toEqual(read);
      }),
      { numRuns: 5_000 },
    );
  });
});
