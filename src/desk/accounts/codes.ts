/**
 * Limits how many link codes are given out, because anybody in a chat may ask for one and each is a row: so many to one
 * account, and so many to all accounts together. Whoever exceeds a limit gets an answer that says it, and nothing is written. Each process
 * counts for itself.
 */
import { createAttempts, type Attempts } from '../../base/time/attempts.js';
import type { Clock } from '../../base/time/clock.js';

export const CODES_WINDOW_SECONDS = 600;
/** More than a person needs while a code is valid; a new code replaces the account's last one. */
export const CODES_AN_ACCOUNT = 5;
export const CODES_A_PROCESS = 600;

export type Codes = Attempts;

const EVERYBODY = 'everybody';

export function codesOf(clock: Pick<Clock, 'monotonicMs'>): Codes {
  const ofAccounts = createAttempts(clock, { max: CODES_AN_ACCOUNT, windowSeconds: CODES_WINDOW_SECONDS });
  const ofAll = createAttempts(clock, { max: CODES_A_PROCESS, windowSeconds: CODES_WINDOW_SECONDS });
  return { take: (who) => ofAccounts.take(who) && ofAll.take(EVERYBODY) };
}
