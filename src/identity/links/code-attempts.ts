/**
 * How often an approver may try a code that is short enough to be typed: so seldom that guessing is hopeless.
 *
 * A link code has 50 random bits and lives for 10 minutes. With 10 attempts in 10 minutes for each approver, a hundred
 * approvers who all guess day and night at a thousand codes that are alive at once try 1,000 times in such a window, and
 * hit with 1,000 × 1,000 / 2^50, less than 1 in 10^9; over a year with less than 1 in 20,000. Counted by approver and not
 * by session, so that signing in again buys nothing. Each process counts for itself, so that n of them allow n times that.
 */
import { createAttempts, type Attempts } from '../../base/time/attempts.js';
import type { Clock } from '../../base/time/clock.js';

export const MAX_ATTEMPTS = 10;
export const ATTEMPTS_WINDOW_SECONDS = 600;

export function codeAttempts(clock: Pick<Clock, 'monotonicMs'>): Attempts {
  return createAttempts(clock, { max: MAX_ATTEMPTS, windowSeconds: ATTEMPTS_WINDOW_SECONDS });
}
