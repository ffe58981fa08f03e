/** A called inbound behind the guard, as the public plane mounts it; for suites that fail far more often than a peer may. */
import type { Router } from 'express';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { Secret } from '../../src/base/crypto/secret.js';
import type { ChannelDeps } from '../../src/contract/channel.js';
import type { CalledInbound, InboundHandlers } from '../../src/contract/inbound.js';
import { createGuard } from '../../src/http/public/guard/guard.js';

export function guarded(
  inbound: CalledInbound,
  handlers: InboundHandlers,
  deps: Pick<ChannelDeps, 'clock' | 'random' | 'log'>,
): Router {
  const guard = createGuard({
    ...deps,
    ledger: { add: () => Promise.resolve() },
    encryption: createEncryption([new Secret(Buffer.alloc(32, 5))]),
    trustedProxies: [],
    publicUrl: 'http://localhost',
    failuresPerMinute: Number.MAX_SAFE_INTEGER,
  });
  return guard.before({ source: 'staged', inbound, handlers });
}
