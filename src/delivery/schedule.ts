/** How long to wait before the next attempt. Pure; the database turns waits into times and knows the end (`giveUpAtMs`). */
import type { Claim } from '../contract/ledger.js';

/** Request cards suit tokens that live minutes: 5 s, 15 s, 45 s, 2 min, then every 5 min. */
const QUESTION_WAITS_MS = [5_000, 15_000, 45_000, 120_000, 300_000] as const;

/** Redrawn cards and producers' callbacks: soon at first, then every 4 h. */
const OUTCOME_WAITS_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000] as const;

/** A wait is stretched by up to a quarter, so that what failed together does not come back together. Never shortened. */
const JITTER = 0.25;

type Scheduled = Pick<Claim, 'task' | 'recipient'> & { readonly request: Pick<Claim['request'], 'decision'> };

/** `question`: an approver is to be asked. `outcome`: somebody is to be told how it ended. */
function purposeOf(claim: Scheduled): 'question' | 'outcome' {
  const isAsking = claim.task === 'notify' && claim.recipient.kind !== 'callback' && claim.request.decision === null;
  return isAsking ? 'question' : 'outcome';
}

/** The wait before the next attempt. A platform's Retry-After is never undercut. */
export function nextWaitMs(
  claim: Scheduled & Pick<Claim, 'attempt'>,
  wish: { retryAfterMs: number; fraction: number },
): number {
  const waits: readonly number[] = purposeOf(claim) === 'question' ? QUESTION_WAITS_MS : OUTCOME_WAITS_MS;
  const planned = waits[Math.min(claim.attempt, waits.length) - 1] ?? QUESTION_WAITS_MS[0];
  return Math.round(Math.max(planned, wish.retryAfterMs) * (1 + JITTER * wish.fraction));
}
