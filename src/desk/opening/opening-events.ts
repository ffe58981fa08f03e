/** What the event stream is told of an opening. The audit rows are the ledger's, in the opening's own commit. */
import type { VisitorAddress } from '../../approval/brand.js';
import type { OpenOutcome } from '../../contract/ledger.js';
import type { DeskParts } from '../parts.js';

type Opened = Extract<OpenOutcome, { kind: 'opened' }>;

export function tellOpened(parts: DeskParts, { request, isEveryCarrierPaused }: Opened): void {
  parts.events.emit({
    event: 'auth_gate.opened',
    host: request.host,
    token: request.tokenPrefix,
    request: request.id,
    producer: request.producer,
    address: request.address,
  });
  if (isEveryCarrierPaused)
    parts.events.emit({ event: 'auth_gate.all_notifiers_failed', host: request.host, token: request.tokenPrefix });
}

/** Everybody at the cap: nothing was opened, and the page says when to come back. */
export function tellDeferred(
  parts: DeskParts,
  knock: { readonly host: string; readonly address: VisitorAddress },
): void {
  parts.events.emit({ event: 'auth_gate.deferred', host: knock.host, address: knock.address });
}
