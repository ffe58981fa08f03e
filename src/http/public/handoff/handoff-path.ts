/** The address of a handoff, and the origin that one leads to: pages of signing in say it. */
import type { RelyingOrigin, RelyingOrigins } from '../../../identity/handoff/relying-origins.js';

export const HANDOFF_PATH = '/handoff';

/** Of ours alone: what is in a query may be written by anybody. Null: no handoff, or to no origin of ours. */
export function handoffGoal(origins: RelyingOrigins, path: string | null): RelyingOrigin | null {
  if (path?.startsWith(`${HANDOFF_PATH}?`) !== true) return null;
  const host = new URLSearchParams(path.slice(HANDOFF_PATH.length)).get('host');
  return host === null ? null : origins.find(host);
}
