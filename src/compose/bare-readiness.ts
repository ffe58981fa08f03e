/** Whether this process is ready, for `/readyz` of the gate plane, which anybody may ask: a flood looks once a second. */
import type { Clock } from '../base/time/clock.js';
import type { Part } from '../contract/admin.js';

const BELIEVED_MS = 1_000;

export function bareReadiness(
  look: () => Promise<readonly Part[]>,
  clock: Pick<Clock, 'monotonicMs'>,
): () => Promise<boolean> {
  let lookedAtMs = -Infinity;
  let found = Promise.resolve(false);
  return () => {
    if (clock.monotonicMs() - lookedAtMs < BELIEVED_MS) return found;
    lookedAtMs = clock.monotonicMs();
    found = look().then((parts) => parts.every(({ isReady }) => isReady));
    return found;
  };
}
