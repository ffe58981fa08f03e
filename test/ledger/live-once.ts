/** One request through its life: opened with so many cards, all claimed, renewed, sent, and decided. */
import { expect } from '@jest/globals';
import type { Ledger } from '../../src/contract/ledger.js';
import { approval, delivery, LEASE_MS, opened, openInput, TALK } from '../contract/ledger/inputs.js';

export async function liveOnce(ledger: Ledger, cards: number): Promise<void> {
  const deliveries = Array.from({ length: cards }, (_, n) => delivery(TALK, `a${String(n)}`));
  const input = openInput();
  const approvers = input.approvers.map(({ id }) => ({ id, deliveries }));
  await ledger.requests.open({ ...input, approvers }, opened);
  const claims = await ledger.deliveries.claim({ transport: TALK, limit: cards, leaseMs: LEASE_MS });
  await ledger.deliveries.renew(claims, LEASE_MS);
  const sent = { kind: 'sent', tookMs: 1, receipt: {}, drawnRevision: 1 } as const;
  await ledger.deliveries.close(claims.map((one) => ({ ...one, ...sent })));
  const decided = await ledger.requests.decide(approval(input));
  expect([claims.length, decided.kind]).toEqual([cards, 'decided']);
}
