/** What runs by itself in a process with the role courier. */
import type { InboundHandlers } from '../contract/inbound.js';
import { createExpiry } from '../desk/requests/expiry.js';
import { createMailCallbacks } from '../delivery/mail-callbacks.js';
import { createSockets, type Sockets } from '../delivery/connections/sockets.js';
import { createRewrapping } from '../mail/secrets/rewrapping.js';
import { createWatches } from '../maintenance/watches/watches.js';
import { createMaintenance } from '../maintenance/maintenance.js';
import type { HeadKeeper } from './head-keeper.js';
import type { Services } from './services.js';

export interface Worker {
  start(): void;
  stop(): Promise<void>;
}

export interface Workers {
  /** None of them connects in a process without the role. */
  readonly sockets: Sockets;
  readonly all: readonly Worker[];
}

/** In a process that runs them, what peers tell is written down. */
type WorkerHandlers = InboundHandlers & Required<Pick<InboundHandlers, 'reports'>>;

export function createWorkers(
  { config, deps, ...services }: Services,
  { handlers, heads }: { readonly handlers: WorkerHandlers; readonly heads: Pick<HeadKeeper, 'keep'> },
): Workers {
  const { clock, random, log } = deps;
  const { courier, ledger, desk, events, opened } = services;
  if (courier === null)
    return { sockets: createSockets(new Map(), { ledger, handlers, events, clock, random, log }), all: [] };
  const sockets = createSockets(opened, { ledger, handlers, events, clock, random, log });
  const expiry = createExpiry({ desk, ledger, clock, log });
  const maintenance = createMaintenance({
    ledger,
    events,
    days: config.retention,
    keepHead: (head) => heads.keep(head),
    clock,
    random,
    log,
  });
  const rewrapping = createRewrapping({ ledger: ledger.mail, ring: services.mail.ring, clock, random, log });
  const watches = createWatches(opened, { ledger, reports: handlers.reports, clock, random, log });
  const mailCallbacks = createMailCallbacks({
    ledger,
    messages: services.messages,
    directory: services.state.directory,
    channel: services.facts.peerTransport,
    clock,
    log,
  });
  return { sockets, all: [courier, expiry, sockets, mailCallbacks, maintenance, rewrapping, watches] };
}
