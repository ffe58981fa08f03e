/** What the event stream is told of an opening. The audit rows are the ledger's, in the opening's own commit. */
import type { VisitorAddress } from '../approval/brand.js';
import type { RequestRecord } from '../approval/request.js';
import type { DeskParts } from './parts.js';

export function tellOpened(parts: DeskParts, request: RequestRecord): void {
  parts.events.emit({
    event: 'auth_gate.opened',
    host: request.host,
    token: request.tokenPrefix,
    request: request.id,
    producer: request.producer,
    address: request.address,
  });
}

/** Everybody at the cap: nothing was opened, and the page says when to come back. */
export function tellDeferred(
  parts: DeskParts,
  knock: { readonly host: string; readonly address: VisitorAddress },
): void {
  parts.events.emit({ event: 'auth_gate.deferred', host: knock.host, address: knock.address });
}
