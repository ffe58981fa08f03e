/**
 * The check: may this address pass to this host? It is asked for every request of every site, so it answers from memory and
 * allocates as little as it can. Whatever it does not know is closed.
 */
import type { IncomingMessage } from 'node:http';
import { addressWords } from '../base/address-words.js';
import type { ClientAddresses } from '../base/client-address.js';
import { peerOf } from '../base/peer.js';
import { addressText } from './address-text.js';
import type { GrantMemory } from './grants/memory.js';
import { headerSafe } from './header-safe.js';
import { askedHost, type Family } from './question.js';
import type { SiteEntry, SiteIndex } from './site-entry.js';

export type Verdict =
  | {
      readonly kind: 'pass';
      readonly entry: SiteEntry;
      /** Canonical; empty where it is unknown, which only a site without a gate lets through. */
      readonly address: string;
      readonly grantId: string;
      readonly approver: string;
    }
  | { readonly kind: 'closed'; readonly entry: SiteEntry; readonly address: string }
  /** The memory has a grant but is doubtful: the database decides. `stale`: the verdict where it cannot be asked for a while. */
  | { readonly kind: 'doubtful'; readonly entry: SiteEntry; readonly address: string; readonly stale: Verdict }
  | { readonly kind: 'unknown_address'; readonly entry: SiteEntry }
  | { readonly kind: 'unknown_host' };

export interface Check {
  look(request: IncomingMessage, family: Family): Verdict;
  /** The same, with what is in doubt settled. */
  settle(verdict: Verdict): Promise<Verdict>;
}

export interface CheckSeams {
  readonly sites: SiteIndex;
  readonly clients: ClientAddresses;
  readonly memory: GrantMemory;
}

const UNKNOWN_HOST: Verdict = { kind: 'unknown_host' };

export function check({ sites, clients, memory }: CheckSeams): Check {
  const words = addressWords();

  const look = (request: IncomingMessage, family: Family): Verdict => {
    const peer = peerOf(request.socket);
    const raw = request.rawHeaders;
    const host = askedHost(raw, clients.isTrusted(peer), family);
    const entry = host === null ? undefined : sites.of(host);
    if (entry === undefined) return UNKNOWN_HOST;
    const written = clients.of(peer, raw, words);
    const address = written === null ? '' : addressText(written, words);
    if (!entry.site.isGated) return { kind: 'pass', entry, address, grantId: '', approver: '' };
    if (written === null) return { kind: 'unknown_address', entry };
    if (entry.permanent.has(words)) return { kind: 'pass', entry, address, grantId: '', approver: '' };
    return lookUpGrant(entry, address);
  };
  const lookUpGrant = (entry: SiteEntry, address: string): Verdict => {
    const found = memory.find(entry.site.key, words);
    if (found === null) return { kind: 'closed', entry, address };
    const { grantId, approver, isBelieved } = found;
    const pass: Verdict = { kind: 'pass', entry, address, grantId, approver };
    return isBelieved ? pass : { kind: 'doubtful', entry, address, stale: pass };
  };

  return {
    look,
    async settle(verdict) {
      if (verdict.kind !== 'doubtful') return verdict;
      const { entry, address, stale } = verdict;
      const found = await memory.confirm(entry.site.key, address);
      if (found === 'none') return { kind: 'closed', entry, address };
      if (found === 'unavailable') return memory.mayPassStale() ? stale : { kind: 'closed', entry, address };
      return { kind: 'pass', entry, address, grantId: String(found.id), approver: headerSafe(found.grantedBy) };
    },
  };
}
