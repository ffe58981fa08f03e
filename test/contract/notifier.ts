/**
 * The notifier suite as data: each promise of `src/contract/notifier.ts` with its check and its liar. `notifier.test.ts`
 * plays it on every stage of every channel of the registry.
 */
import { answerCases } from './notifier-answers.js';
import { cardCases } from './notifier-cards.js';
import { editCases } from './notifier-edits.js';
import type { NotifierCase } from './notifier-case.js';
import { secrecyCases } from './notifier-secrecy.js';

export const notifierCases: readonly NotifierCase[] = [...answerCases, ...cardCases, ...editCases, ...secrecyCases];
