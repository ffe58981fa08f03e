/**
 * An access request that opened nothing, because nobody had room for it or its site is muted. Strangers may ask from as many addresses as
 * they have, so the trail gets a row of a few, and a summary of the rest (`refused-request-rows.ts`).
 */
import type { AuditEntry, OpenOutcome } from '../../../contract/ledger.js';
import { networkOf } from '../../../base/net/network-of.js';
import { note, type DeskDeps } from '../../deps.js';

type TurnedAway = Extract<OpenOutcome, { readonly kind: 'cap' | 'muted' }>;

/** `opening`: what the trail would have said had it been opened. */
export async function turnAway(deps: DeskDeps, opening: AuditEntry, outcome: TurnedAway): Promise<void> {
  const { site, address, detail, surface } = opening;
  const what = outcome.kind === 'cap' ? 'deferred' : 'muted';
  const network = networkOf(address ?? '');
  if (!deps.accessRequests.take({ site, what, network, surface })) return;
  const why = outcome.kind === 'cap' ? { why: outcome.why } : { untilMs: outcome.untilMs };
  await note(deps, { ...opening, what, detail: { ...detail, ...why } }, null);
  const host = detail['host'];
  if (what === 'deferred' && typeof host === 'string' && address !== null)
    deps.events.emit({ event: 'auth_gate.deferred', host, address });
}
