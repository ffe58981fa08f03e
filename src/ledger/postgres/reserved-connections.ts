/**
 * Keeps connections free for what visitors whom the gate knows wait for. A table that somebody has locked, or a disk that
 * is slow to write, holds up every verb that needs it, and strangers who ask meanwhile would take every connection there
 * is: then a database that answers would be out of reach for those who have nothing to do with it.
 */
import type { VerbName } from '../verbs/verb.js';
import type { RunVerb } from './run.js';
import { createSemaphore } from './semaphore.js';

/** The connections of a process's pool: those that any verb may take, and those that are kept. */
export const CONNECTIONS = { shared: 10, kept: 2 } as const;

/** Short reads, which wait for nobody's lock and have no crowd of their own. */
const MAY_TAKE_ANY: ReadonlySet<VerbName> = new Set(['ping', 'grants.livePage', 'grants.find']);

/** `patienceMs`: how long any other verb waits for its turn. */
export function keepingConnections(run: RunVerb, patienceMs: number): RunVerb {
  const shared = createSemaphore({ places: CONNECTIONS.shared, patienceMs });
  return async (name, input) => {
    if (MAY_TAKE_ANY.has(name)) return run(name, input);
    await shared.enter();
    try {
      return await run(name, input);
    } finally {
      shared.leave();
    }
  };
}
