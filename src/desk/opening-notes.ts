/** What is told of an opening, to the event stream and the audit trail. */
import type { ApproverId, VisitorAddress } from '../approval/brand.js';
import type { RequestRecord } from '../approval/request.js';
import { note, type DeskParts } from './parts.js';

export function noteOpened(parts: DeskParts, request: RequestRecord): void {
  parts.events.emit({
    event: 'auth_gate.opened',
    host: request.host,
    token: request.tokenPrefix,
    request: request.id,
    producer: request.producer,
    address: request.address,
  });
}

/** An approver with ten pending gets no card; the audit names whom. */
export async function noteAtCap(
  parts: DeskParts,
  request: RequestRecord,
  approvers: readonly ApproverId[],
): Promise<void> {
  for (const approver of approvers) {
    const detail = { host: request.host, approver, why: 'cap' };
    const facts = { site: request.site, address: request.address, detail };
    await note(parts, { who: request.producer, what: 'deferred', surface: request.producer, ...facts }, request.id);
  }
}

/** Everybody at the cap: nothing was opened, and the page says when to come back. */
export async function noteDeferred(
  parts: DeskParts,
  knock: { readonly host: string; readonly address: VisitorAddress; readonly who: string; readonly surface: string },
): Promise<void> {
  const { host, address, who, surface } = knock;
  parts.events.emit({ event: 'auth_gate.deferred', host, address });
  const site = parts.directory().siteOf(host)?.key ?? null;
  await note(parts, { who, what: 'deferred', surface, site, address, detail: { host, why: 'cap' } }, null);
}
