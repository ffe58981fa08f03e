/** What the event stream is told of an opening. The audit rows are the ledger's, in the opening's own commit. */
import type { OpenOutcome } from '../../../contract/ledger.js';
import type { DeskDeps } from '../../deps.js';

type Opened = Extract<OpenOutcome, { kind: 'opened' }>;

export function tellOpened(deps: DeskDeps, { request, isEveryTransportPaused }: Opened): void {
  deps.events.emit({
    event: 'auth_gate.opened',
    host: request.host,
    token: request.tokenPrefix,
    request: request.id,
    producer: request.producer,
    address: request.address,
  });
  if (isEveryTransportPaused)
    deps.events.emit({ event: 'auth_gate.all_notifiers_failed', host: request.host, token: request.tokenPrefix });
}
