/**
 * The cards' suite as data: each promise of a dialect with its check and its liar. `cards.test.ts` plays it on every
 * dialect of `cards/`.
 */
import { askCases } from './cards-asks.js';
import type { CardCase } from './cards-case.js';
import { endCases } from './cards-ends.js';
import { factCases } from './cards-facts.js';
import { policyCases } from './cards-policy.js';
import { wordCases } from './cards-words.js';

export const cardSuite: readonly CardCase[] = [...factCases, ...askCases, ...endCases, ...policyCases, ...wordCases];
