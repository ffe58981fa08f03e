/**
 * Which accepted mails are asked for, and when: each less often the longer it takes, the newest first, so that none waits behind
 * others that are never found. One that cannot be told of some times is dropped: with Mail.Send alone that is every mail.
 *
 * What is dropped stays `accepted` in the ledger. It is remembered here, and lists begin behind it; the whole list is walked now and
 * then, because a mail that waited for long is accepted after younger ones.
 */
import type { Clock } from '../../src/base/time/clock.js';
import type { AcceptedDelivery } from '../../src/contract/delivery-ledger.js';
import type { Receipt } from '../../src/contract/notifier.js';
import type { WatchHandlers, WatchTurn } from '../../src/contract/watching.js';
import type { MailWatch } from './transport.js';

export interface QuestionLimits {
  /** Before a mail is asked for at all: sending goes first. */
  readonly firstMs: number;
  /** Until a mail is asked for the second time; it doubles up to the longest. */
  readonly firstAgainMs: number;
  readonly longestAgainMs: number;
  /** In one turn. */
  readonly questions: number;
  /** Times that nobody could tell, until a mail is dropped. */
  readonly misses: number;
  /** Mails that were made longer ago and are past their end are not asked for. */
  readonly withinMs: number;
  /** Between two walks of the whole list. */
  readonly wholeEveryMs: number;
}

export const QUESTIONS: QuestionLimits = {
  firstMs: 1_000,
  firstAgainMs: 10_000,
  longestAgainMs: 900_000,
  questions: 20,
  // with the longest wait between them: a permission that was just given is in force by then
  misses: 3,
  // a copy is there within minutes of the mail's leaving; two days outlast most outages on either side
  withinMs: 2 * 86_400_000,
  wholeEveryMs: 900_000,
};
const PAGE = 100;

interface SentQuestionsDeps {
  /** What can be asked about this mail; undefined: nothing now. */
  readonly watchOf: (receipt: Receipt) => MailWatch | undefined;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly limits: QuestionLimits;
}

export interface SentQuestions {
  isAnyOpen(handlers: WatchHandlers): Promise<boolean>;
  ask(handlers: WatchHandlers, turn: WatchTurn): Promise<void>;
}

/** When a mail is asked for next, how long it waited for that, and how often nobody could tell. */
interface Question {
  readonly delivery: AcceptedDelivery;
  readonly dueMs: number;
  readonly waitMs: number;
  readonly misses: number;
}

export function sentQuestions({ watchOf, clock, limits }: SentQuestionsDeps): SentQuestions {
  const list = openQuestions(clock, limits);

  async function askOne(question: Question, handlers: WatchHandlers, turn: WatchTurn): Promise<void> {
    const { delivery, waitMs: waitedMs } = question;
    const told = (await watchOf(delivery.receipt)?.wasSent(delivery.receipt, turn.signal)) ?? 'not_yet';
    if (told === 'sent') {
      await handlers.confirmSent({ deliveryId: delivery.deliveryId });
      return list.end(question);
    }
    const isMiss = told === 'cannot_tell';
    const misses = question.misses + (isMiss ? 1 : 0);
    if (misses >= limits.misses) return list.drop(question);
    const waitMs = isMiss ? limits.longestAgainMs : Math.min(waitedMs * 2, limits.longestAgainMs);
    list.put({ ...question, dueMs: clock.monotonicMs() + waitMs, waitMs, misses });
  }

  return {
    isAnyOpen: list.isAny,
    async ask(handlers, turn) {
      if (!(await list.takeIn(handlers, turn))) return;
      const askable = list.due().filter(({ delivery }) => watchOf(delivery.receipt) !== undefined);
      for (const question of askable.slice(0, limits.questions)) {
        if (turn.signal.aborted || !(await turn.mayGoOn())) return;
        await askOne(question, handlers, turn);
      }
    },
  };
}

/** The mails that are asked for, as the ledger lists them. */
function openQuestions(clock: SentQuestionsDeps['clock'], limits: QuestionLimits) {
  /** Oldest first. */
  let open = new Map<string, Question>();
  let dropped = new Set<string>();
  /** All up to here are dropped. */
  let done: AcceptedDelivery | null = null;
  let wholeDueMs = clock.monotonicMs();
  const { withinMs } = limits;
  const beginning = (): AcceptedDelivery | null => (clock.monotonicMs() >= wholeDueMs ? null : done);

  function questionOf(delivery: AcceptedDelivery): Question {
    const dueMs = clock.monotonicMs() + limits.firstMs;
    return open.get(delivery.deliveryId) ?? { delivery, dueMs, waitMs: limits.firstAgainMs / 2, misses: 0 };
  }

  /** False: the turn is over. */
  async function takeIn(handlers: WatchHandlers, turn: WatchTurn): Promise<boolean> {
    const found = new Map<string, Question>();
    const passed = new Set<string>();
    const first = beginning();
    let [doneNow, after, isMore] = [first, first, true];
    while (isMore) {
      const page = await handlers.accepted({ limit: PAGE, after, withinMs });
      for (const delivery of page) {
        if (dropped.has(delivery.deliveryId)) passed.add(delivery.deliveryId);
        else found.set(delivery.deliveryId, questionOf(delivery));
        if (found.size === 0) doneNow = delivery;
      }
      after = page.at(-1) ?? null;
      isMore = page.length === PAGE;
      if (isMore && !(await turn.mayGoOn())) return false;
    }
    if (first === null) [dropped, wholeDueMs] = [passed, clock.monotonicMs() + limits.wholeEveryMs];
    [open, done] = [found, doneNow];
    return true;
  }

  const end = ({ delivery }: Question): void => void open.delete(delivery.deliveryId);
  return {
    isAny: async (handlers: WatchHandlers): Promise<boolean> =>
      (await handlers.accepted({ limit: 1, after: beginning(), withinMs })).length > 0,
    takeIn,
    /** The newest first. */
    due: (): readonly Question[] => [...open.values()].filter(({ dueMs }) => clock.monotonicMs() >= dueMs).reverse(),
    put: (question: Question): void => void open.set(question.delivery.deliveryId, question),
    end,
    drop(question: Question): void {
      dropped.add(question.delivery.deliveryId);
      end(question);
    },
  };
}
