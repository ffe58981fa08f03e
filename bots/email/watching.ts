/**
 * Asks providers what became of mails: whether what they accepted has been sent, each mail less often the longer it takes, and
 * what came back to the mailboxes that we send from. Reports are read as those that come by a call are (`mail-report.ts`).
 */
import { sha256Hex } from '../../src/base/crypto/digest.js';
import type { Clock } from '../../src/base/time/clock.js';
import type { AcceptedDelivery } from '../../src/contract/delivery-ledger.js';
import type { Watching, WatchHandlers, WatchTurn } from '../../src/contract/watching.js';
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

interface WatchLimits {
  readonly everyMs: number;
  /** Between two looks for what came back. */
  readonly reportsEveryMs: number;
  /** Until a mail is asked for the second time; it doubles up to the longest. */
  readonly firstAgainMs: number;
  /** Before a mail is asked for at all: sending goes first. */
  readonly firstMs: number;
  /** In one turn. */
  readonly questions: number;
  readonly longestAgainMs: number;
}

const LIMITS: WatchLimits = {
  everyMs: 5_000,
  reportsEveryMs: 60_000,
  firstMs: 1_000,
  firstAgainMs: 10_000,
  longestAgainMs: 900_000,
  questions: 20,
};
const CHANNEL = 'email';
const PAGE = 100;

/** When a mail is asked for next, and how long it waited for that. */
interface Asked {
  readonly dueMs: number;
  readonly waitMs: number;
}

export function mailWatching({ watched, clock, limits: own }: MailWatchingDeps): Watching {
  const limits = { ...LIMITS, ...own };
  let asked = new Map<string, Asked>();
  let reportsDueMs = 0;
  /** Asked in this turn. */
  let questions = 0;

  async function askForSent(handlers: WatchHandlers, turn: WatchTurn): Promise<void> {
    const still = new Map<string, Asked>();
    questions = 0;
    let after: AcceptedDelivery | null = null;
    do {
      const page: readonly AcceptedDelivery[] = await handlers.accepted({ limit: PAGE, after });
      for (const delivery of page) {
        const next = await askFor(delivery, handlers, turn);
        if (next !== null) still.set(delivery.deliveryId, next);
        if (turn.signal.aborted) return;
      }
      after = page.length < PAGE ? null : (page.at(-1) ?? null);
    } while (after !== null && (await turn.mayGoOn()));
    asked = still;
  }

  /** Null: it is not asked for any more. */
  async function askFor(
    { deliveryId, receipt }: AcceptedDelivery,
    handlers: WatchHandlers,
    turn: WatchTurn,
  ): Promise<Asked | null> {
    const before = asked.get(deliveryId);
    const nowMs = clock.monotonicMs();
    if (before === undefined) return { dueMs: nowMs + limits.firstMs, waitMs: limits.firstAgainMs / 2 };
    if (nowMs < before.dueMs || questions >= limits.questions) return before;
    questions += 1;
    const watch = watched().find(({ mailboxes }) => mailboxes.includes(String(receipt['mailbox'])))?.watch;
    const told = watch === undefined || !(await turn.mayGoOn()) ? 'not_yet' : await watch.wasSent(receipt, turn.signal);
    if (told === 'sent') {
      await handlers.confirmSent({ deliveryId });
      return null;
    }
    const doubled = Math.min(before.waitMs * 2, limits.longestAgainMs);
    const waitMs = told === 'cannot_tell' ? limits.longestAgainMs : doubled;
    return { dueMs: clock.monotonicMs() + waitMs, waitMs };
  }

  return {
    everyMs: limits.everyMs,
    async isDue(handlers) {
      if (watched().length === 0) return false;
      if (clock.monotonicMs() >= reportsDueMs) return true;
      return (await handlers.accepted({ limit: 1, after: null })).length > 0;
    },
    async look(handlers, turn) {
      await askForSent(handlers, turn);
      if (clock.monotonicMs() < reportsDueMs || turn.signal.aborted) return;
      await readReports(watched(), handlers, turn);
      reportsDueMs = clock.monotonicMs() + limits.reportsEveryMs;
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
