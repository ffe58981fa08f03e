/** How long to wait before the next attempt. Pure; the database turns waits into times and knows the end (`giveUpAtMs`). */
import { never } from '../base/process/never.js';
import type { DeliveryKind, RequestClaim } from '../contract/ledger.js';
import type { MailRetry } from '../contract/mail-policy.js';

/** Request cards suit tokens that live minutes: 5 s, 15 s, 45 s, 2 min, then every 5 min. */
const QUESTION_WAITS_MS = [5_000, 15_000, 45_000, 120_000, 300_000] as const;

/** Redrawn cards and producers' callbacks: soon at first, then every 4 h. */
const OUTCOME_WAITS_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000] as const;

/** Somebody may be waiting for a mail, and a mail server that greylists takes it after some minutes: soon at first, then every hour. */
const MAIL_WAITS_MS = [5_000, 30_000, 120_000, 300_000, 900_000, 3_600_000] as const;

/** Nobody waits for a report or a digest: every 4 h in the end. */
const REPORT_WAITS_MS = [60_000, 300_000, 1_800_000, 3_600_000, 14_400_000] as const;

/** A wait is stretched by up to a quarter, so that what failed together does not come back together. Never shortened. */
const JITTER = 0.25;

/** What the schedule has to know of a claim; of one with a request, also how that stands. */
interface Scheduled {
  readonly kind: DeliveryKind;
  readonly task: RequestClaim['task'];
  readonly attempt: number;
  readonly request?: Pick<RequestClaim['request'], 'decision'>;
}

function waitsOf({ kind, task, request }: Scheduled): readonly number[] {
  switch (kind) {
    case 'card':
      return task === 'notify' && request?.decision === null ? QUESTION_WAITS_MS : OUTCOME_WAITS_MS;
    case 'callback':
    case 'mail_callback':
      return OUTCOME_WAITS_MS;
    case 'mail':
      return MAIL_WAITS_MS;
    case 'report':
    case 'digest':
      return REPORT_WAITS_MS;
    default:
      return never(kind);
  }
}

/** The wait before the next attempt. A platform's Retry-After is never undercut. `retry`: what the provider's policy says instead. */
export function nextWaitMs(
  claim: Scheduled,
  { retryAfterMs, fraction, retry = null }: { retryAfterMs: number; fraction: number; retry?: MailRetry | null },
): number {
  const own = retry?.waitsMs ?? [];
  const waits = own.length > 0 ? own : waitsOf(claim);
  const planned = waits[Math.min(claim.attempt, waits.length) - 1] ?? QUESTION_WAITS_MS[0];
  const wait = Math.min(planned, retry?.longestWaitMs ?? planned);
  return Math.round(Math.max(wait, retryAfterMs) * (1 + (retry?.jitter ?? JITTER) * fraction));
}
