/** What the global setup started and the global teardown stops. Both run in one process but not in one module registry. */
import type { ThrowawayPostgres } from '../fixtures/databases/throwaway-postgres.js';

interface Running {
  server: ThrowawayPostgres | undefined;
}

const KEY = Symbol.for('koder-gate.test.running');
const everywhere = globalThis as { [KEY]?: Running };

export const running: Running = everywhere[KEY] ?? { server: undefined };
everywhere[KEY] = running;
