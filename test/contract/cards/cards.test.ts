/** Every dialect of `cards/` keeps every promise, and every case catches its mutant. */
import { AssertionError } from 'node:assert';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../../src/base/process/package-root.js';
import { cardSuite } from './cards.js';
import { dialects } from './dialects.js';

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))('%s', (_name, dialect) => {
  for (const { promise, notFor, check, mutant } of cardSuite) {
    const why = notFor(dialect);
    if (why !== null) {
      test.skip(`${promise} (not here: ${why})`, () => undefined);
      continue;
    }

    test(promise, () => {
      check(dialect);
    });

    test(`${promise} (its mutant is caught)`, () => {
      expect(() => {
        check(mutant(dialect));
      }).toThrow(AssertionError);
    });
  }
});

test('every card that a channel draws is among the dialects', () => {
  const bots = join(packageRoot(), 'bots');
  const files = readdirSync(bots, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const drawn = files.flatMap((name) => cardsIn(join(bots, name)));
  const here = cardsIn(join(packageRoot(), 'test', 'contract', 'cards', 'dialects.ts'));

  expect(drawn).not.toEqual([]);
  expect(drawn.filter((card) => drawsViews(card) && !here.includes(card))).toEqual([]);
});

/** Forms and answers to one person are no cards: they know no view. */
function drawsViews(card: string): boolean {
  return /\bCardView\b/.test(readFileSync(join(packageRoot(), 'cards', `${card}.ts`), 'utf8'));
}

/** The files of `cards/` that a source file calls; those it takes types of draw nothing. */
function cardsIn(file: string): readonly string[] {
  const calls = readFileSync(file, 'utf8').matchAll(/^import (?!type\b)[^;]*from '[./]+\/cards\/([\w-]+)\.js'/gm);
  return [...calls].map(([, name = '']) => name);
}
