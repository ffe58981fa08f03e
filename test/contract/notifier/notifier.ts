/**
 * The notifier suite as data: each promise of `src/contract/notifier.ts` with its check and its mutant. `notifier.test.ts`
 * plays it on every stage of every channel of the registry.
 */
import { answerCases } from './answers.js';
import { cardCases } from './cards.js';
import { editCases } from './edits.js';
import type { NotifierCase } from './case.js';
import { secrecyCases } from './secrecy.js';

export const notifierCases: readonly NotifierCase[] = [...answerCases, ...cardCases, ...editCases, ...secrecyCases];
