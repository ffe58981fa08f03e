/**
 * The cards' suite as data: each promise of a dialect with its check and its mutant. `cards.test.ts` plays it on every
 * dialect of `cards/`.
 */
import { askCases } from './asks.js';
import type { CardCase } from './case.js';
import { endCases } from './ends.js';
import { factCases } from './facts.js';
import { policyCases } from './policy.js';
import { wordCases } from './words.js';

export const cardSuite: readonly CardCase[] = [...factCases, ...askCases, ...endCases, ...policyCases, ...wordCases];
