/** What operators do to the queue, as the ledger's suites do it. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type {
  AuditEntry,
  DeliveryFilter,
  DeliveryWithAttempts,
  Ledger,
  OpenRequest,
  QueueCursor,
  QueueLedger,
  RequestClaim,
} from '../../../src/contract/ledger.js';
import type { ChannelName } from '../../../src/approval/brand.js';
import { lying, must, only, type LedgerStage, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { newCarrier } from './message-inputs.js';

export const random = systemRandom();
export const OPERATORS = 20;

/** Under a name of its own, so that its rows are found. */
export function operatorsAudit(what: string): AuditEntry {
  return { who: `operator:${random.id()}`, what, surface: 'cli', site: null, address: null, detail: {} };
}

export function queueLie(lie: (honest: QueueLedger) => Partial<QueueLedger>): Lie {
  return (honest) => lying(honest, { queue: lie(honest.queue) });
}

/** All that fits, page by page. */
export async function allThatFit(
  ledger: Ledger,
  filter: DeliveryFilter,
  { limit = 100, lookAt = 1_000 } = {},
): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: QueueCursor | null = null;
  do {
    const looked: Awaited<ReturnType<QueueLedger['look']>> = await ledger.queue.look({ filter, after, limit, lookAt });
    expect(looked.found.length).toBeLessThanOrEqual(limit);
    ids.push(...looked.found.map(({ deliveryId }) => deliveryId));
    after = looked.next;
  } while (after !== null);
  return ids;
}

export async function entry(ledger: Ledger, id: string): Promise<DeliveryWithAttempts> {
  const found = await ledger.queue.find(id);
  if (found === null) throw new Error('the delivery is there');
  return found;
}

/** One card of a request of its own, over a transport of its own. */
export interface Card {
  readonly input: OpenRequest;
  readonly transport: ChannelName;
  readonly id: string;
}

export async function queuedCard(ledger: Ledger, change: Partial<OpenRequest> = {}): Promise<Card> {
  const transport = newCarrier();
  const card = inputs.delivery(transport);
  const input = inputs.openInput({ approvers: [{ id: inputs.newApprover(), deliveries: [card] }], ...change });
  must(await ledger.requests.open(input, inputs.opened), 'opened');
  return { input, transport, id: card.id };
}

export async function claimCard(ledger: Ledger, { transport }: Pick<Card, 'transport'>): Promise<RequestClaim> {
  return inputs.ofRequest(only(await ledger.deliveries.claim(inputs.claimOne(transport))));
}

export async function failedCard(ledger: Ledger, change: Partial<OpenRequest> = {}): Promise<Card> {
  const card = await queuedCard(ledger, change);
  await ledger.deliveries.close([inputs.failed(await claimCard(ledger, card))]);
  return card;
}

export async function sentCard(ledger: Ledger, change: Partial<OpenRequest> = {}): Promise<Card> {
  const card = await queuedCard(ledger, change);
  await ledger.deliveries.close([inputs.sent(await claimCard(ledger, card))]);
  return card;
}

export function racing<Answer>({ processes }: LedgerStage, run: (ledger: Ledger, index: number) => Promise<Answer>) {
  return Promise.all(
    Array.from({ length: OPERATORS }, (_, index) => run(processes[index % processes.length] ?? processes[0], index)),
  );
}

/**
 * Begun at once, by turns in either order, since SQLite has one writer, who takes them as they came; and every third time the last one
 * is over before the first begins, so that it wins at least then.
 */
export async function bothAtOnce<Acts extends Readonly<Record<string, () => Promise<unknown>>>>(
  acts: Acts,
  round: number,
): Promise<{ readonly [Name in keyof Acts]: Awaited<ReturnType<Acts[Name]>> }> {
  const begun = Object.entries(acts);
  if (round % 3 > 0) begun.reverse();
  const ended: Record<string, unknown> = {};
  const act = async ([name, run]: readonly [string, () => Promise<unknown>]) => void (ended[name] = await run());
  if (round % 3 === 2) for (const one of begun) await act(one);
  else await Promise.all(begun.map(act));
  return ended as { readonly [Name in keyof Acts]: Awaited<ReturnType<Acts[Name]>> };
}

export async function auditOf(ledger: Ledger, { who }: Pick<AuditEntry, 'who'>) {
  return (await ledger.audit.recent(200)).filter((row) => row.who === who);
}
