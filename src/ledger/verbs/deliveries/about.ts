/** What a message is about, as it is stored: `<kind>:<id>`. A kind holds no colon. */
import type { About } from '../../../contract/ledger.js';

export function storedAbout({ kind, id }: About): string {
  return `${kind}:${id}`;
}

export function readAbout(stored: string): About {
  const colon = stored.indexOf(':');
  return { kind: stored.slice(0, colon), id: stored.slice(colon + 1) };
}
