/** The guard in front of a server that stands alone in a test: it bounds and counts as ever, and its dead letters go nowhere. */
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { jsonLog } from '../../src/base/process/log.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { createGuard, type Guard } from '../../src/http/public/guard/guard.js';

export function openGuard(failuresPerMinute = 100_000): Guard {
  return createGuard({
    ledger: { add: () => Promise.resolve() },
    encryption: createEncryption([new Secret('k'.repeat(32))]),
    trustedProxies: [],
    publicUrl: 'http://localhost',
    failuresPerMinute,
    clock: systemClock(),
    random: systemRandom(),
    log: jsonLog('silent', { write: () => undefined }),
  });
}
