/** Sends many deliveries again that have failed or were cancelled, each as by itself; or counts them. */
import type { DeliveryFilter, QueueCursor, QueueLedger } from '../contract/ledger.js';
import type { OperatorsQueue, RetriableFilter, RetryManyAnswer } from '../contract/operators-queue.js';

/** At once: whoever repairs a provider should see how the first ones fare before the rest follows. */
const MAX_RETRIED = 1_000;

/** `retry`: of one delivery. */
export async function retryMany(ids: readonly string[], retry: (id: string) => ReturnType<OperatorsQueue['retry']>) {
  const refused: Record<string, number> = {};
  let count = 0;
  for (const id of ids.slice(0, MAX_RETRIED)) {
    const answer = await retry(id);
    if (!('kind' in answer)) count += 1;
    else refused[answer.reason] = (refused[answer.reason] ?? 0) + 1;
  }
  return { count, refused, isDryRun: false, isMore: ids.length > MAX_RETRIED } satisfies RetryManyAnswer;
}

export function counted({ length }: readonly string[]): RetryManyAnswer {
  return { count: Math.min(length, MAX_RETRIED), refused: {}, isDryRun: true, isMore: length > MAX_RETRIED };
}

/** Ids of those that fit and that nobody has sent again yet, newest first: at most one more than are sent at once. */
export async function retriable(
  ledger: Pick<QueueLedger, 'look'>,
  filter: RetriableFilter & DeliveryFilter,
  lookAt: number,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: QueueCursor | null = null;
  do {
    const looked: Awaited<ReturnType<QueueLedger['look']>> = await ledger.look({ filter, after, limit: 200, lookAt });
    ids.push(...looked.found.filter(({ redrivenAs }) => redrivenAs === null).map(({ deliveryId }) => deliveryId));
    after = looked.next;
  } while (after !== null && ids.length <= MAX_RETRIED);
  return ids.slice(0, MAX_RETRIED + 1);
}
