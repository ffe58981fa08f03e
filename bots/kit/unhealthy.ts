/** What `health` answers where something is wrong. */
import type { Health } from '../../src/contract/channel.js';

export function unhealthy(detail: string, cure: string): Health {
  return { kind: 'unhealthy', detail, cure };
}
