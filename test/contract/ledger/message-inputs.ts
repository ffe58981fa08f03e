/** Messages without a request as the ledger's suites queue them, and what becomes of their rows. */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger, MessageClaim, QueuedMessage } from '../../../src/contract/ledger.js';
import { only, type LedgerStage } from './case.js';
import { claimOne, LEASE_MS } from './inputs.js';

const random = systemRandom();

export function newCarrier(): ChannelName {
  return `carrier-${random.id()}` as ChannelName;
}

export function message(change: Partial<QueuedMessage> = {}): QueuedMessage {
  return {
    id: random.id(),
    kind: 'mail',
    channel: newCarrier(),
    recipient: { kind: 'mailbox', address: 'rpm@example.org' },
    about: { kind: 'account', id: 'rpm:1' },
    sealedPayload: 'sealed payload',
    giveUpAfterMs: 600_000,
    idempotencyKey: random.id(),
    ...change,
  };
}

export async function queued(ledger: Ledger, change: Partial<QueuedMessage> = {}): Promise<QueuedMessage> {
  const made = message(change);
  expect(await ledger.deliveries.enqueue(made)).toEqual({ kind: 'queued', deliveryId: made.id });
  return made;
}

export async function claimMessage(ledger: Ledger, channel: ChannelName, leaseMs = LEASE_MS): Promise<MessageClaim> {
  const claimed = only(await ledger.deliveries.claim(claimOne(channel, leaseMs)));
  if ('request' in claimed) throw new Error('a claim of a message was expected');
  return claimed;
}

export async function rowOf({ query }: LedgerStage, { id }: Pick<QueuedMessage, 'id'>) {
  return only(await query(`SELECT * FROM deliveries WHERE id = '${id}'`));
}

/** As if its end had come so long ago. */
export async function pastEnd({ change }: LedgerStage, { id }: QueuedMessage, agoMs = 1): Promise<void> {
  await change(`UPDATE deliveries SET expires_at = ${String(Date.now() - agoMs - 1_000)} WHERE id = '${id}'`);
}

/** Of a message to a mailbox. */
export function mailboxOf({ recipient }: Pick<QueuedMessage, 'recipient'>): string {
  if (recipient.kind !== 'mailbox') throw new Error('a message to a mailbox was expected');
  return recipient.address;
}
