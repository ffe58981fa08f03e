/**
 * Asks providers what became of mails: whether what they accepted has been sent (`sent-questions.ts`), and what
 * came back to the mailboxes that we send from. Reports are read as those that come by a call are (`mail-report.ts`).
 */
import { sha256Hex } from '../../src/base/crypto/digest.js';
import type { Clock } from '../../src/base/time/clock.js';
import type { Watching, WatchHandlers, WatchTurn } from '../../src/contract/watching.js';
import { QUESTIONS, sentQuestions, type QuestionLimits } from './sent-questions.js';
import type { MailWatch } from './transport.js';

interface WatchedMailboxes {
  readonly watch: MailWatch;
  /** Addresses that this provider sends from. */
  readonly mailboxes: readonly string[];
}

interface MailWatchingDeps {
  /** As the records are now. */
  readonly watched: () => readonly WatchedMailboxes[];
  readonly clock: Clock;
  readonly limits?: Partial<WatchLimits>;
}

interface WatchLimits extends QuestionLimits {
  readonly everyMs: number;
  /** Between two looks for what came back. */
  readonly reportsEveryMs: number;
}

const LIMITS: WatchLimits = { ...QUESTIONS, everyMs: 5_000, reportsEveryMs: 60_000 };
const CHANNEL = 'email';

export function mailWatching({ watched, clock, limits: own }: MailWatchingDeps): Watching {
  const limits = { ...LIMITS, ...own };
  const questions = sentQuestions({
    watchOf: (receipt) => watched().find(({ mailboxes }) => mailboxes.includes(String(receipt['mailbox'])))?.watch,
    clock,
    limits,
  });
  let reportsDueMs = 0;

  return {
    everyMs: limits.everyMs,
    async isDue(handlers) {
      if (watched().length === 0) return false;
      return clock.monotonicMs() >= reportsDueMs || questions.isAnyOpen(handlers);
    },
    async look(handlers, turn) {
      // first, because there may be many questions
      if (clock.monotonicMs() >= reportsDueMs) {
        await readReports(watched(), handlers, turn);
        if (turn.signal.aborted) return;
        reportsDueMs = clock.monotonicMs() + limits.reportsEveryMs;
      }
      await questions.ask(handlers, turn);
    },
  };
}

async function readReports(all: readonly WatchedMailboxes[], handlers: WatchHandlers, turn: WatchTurn): Promise<void> {
  for (const { watch, mailboxes } of all) {
    for (const mailbox of mailboxes) {
      const told = (raw: Buffer, id: string): Promise<void> => tell(handlers, { raw, id, mailbox });
      await watch.reports(mailbox, told, turn);
      if (turn.signal.aborted) return;
    }
  }
}

async function tell(
  handlers: WatchHandlers,
  { raw, id, mailbox }: { raw: Buffer; id: string; mailbox: string },
): Promise<void> {
  // loaded with the first mail that comes back: most installations read none
  const { readMailReport } = await import('./mail-report.js');
  const own = { domains: [mailbox.split('@')[1] ?? ''], bounceAddresses: [] };
  const report = await readMailReport(raw, own);
  if (report !== null) await handlers.report({ over: CHANNEL, ...report, callId: sha256Hex(`${mailbox} ${id}`) });
}
