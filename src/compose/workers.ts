/** What runs by itself in a process with the role courier. */
import type { InboundDoors } from '../contract/inbound.js';
import { createExpiry } from '../desk/expiry.js';
import { createSockets, type Sockets } from '../sockets/sockets.js';
import { createUpkeep } from '../upkeep/upkeep.js';
import type { Spine } from './spine.js';

export interface Worker {
  start(): void;
  stop(): Promise<void>;
}

export interface Workers {
  /** None of them connects in a process without the role. */
  readonly sockets: Sockets;
  readonly all: readonly Worker[];
}

export function createWorkers({ config, seams, ...spine }: Spine, doors: InboundDoors): Workers {
  const { clock, chance, log } = seams;
  const { courier, ledger, desk, events, opened } = spine;
  if (courier === null)
    return { sockets: createSockets(new Map(), { ledger, doors, events, clock, chance, log }), all: [] };
  const sockets = createSockets(opened, { ledger, doors, events, clock, chance, log });
  const expiry = createExpiry({ desk, ledger, clock, log });
  const upkeep = createUpkeep({ ledger, events, days: config.retention, clock, chance, log });
  return { sockets, all: [courier, expiry, sockets, upkeep] };
}
