/** A called inbound behind the guard, as the public plane mounts it; for suites that fail far more often than a peer may. */
import type { Router } from 'express';
import { sealer } from '../../src/base/sealer.js';
import { Secret } from '../../src/base/secret.js';
import type { ChannelSeams } from '../../src/contract/channel.js';
import type { CalledInbound, InboundDoors } from '../../src/contract/inbound.js';
import { createGuard } from '../../src/http/guard/guard.js';

export function guarded(
  inbound: CalledInbound,
  doors: InboundDoors,
  seams: Pick<ChannelSeams, 'clock' | 'chance' | 'log'>,
): Router {
  const guard = createGuard({
    ...seams,
    ledger: { add: () => Promise.resolve() },
    sealer: sealer([new Secret(Buffer.alloc(32, 5))]),
    trustedProxies: [],
    failuresPerMinute: Number.MAX_SAFE_INTEGER,
  });
  return guard.before({ source: 'staged', inbound, doors });
}
