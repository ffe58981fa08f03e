/** What a check comes to. */
import type { GrantRecord } from '../../contract/grant-ledger.js';
import type { SignedInHere } from '../../contract/handed-out-here.js';
import type { BroughtCookie } from '../passage/passage-cache.js';
import { headerSafe } from './header-safe.js';
import type { SiteEntry } from './site-entry.js';
import type { Without } from './without-grant.js';

export type Verdict =
  | {
      readonly kind: 'pass';
      readonly entry: SiteEntry;
      /** Canonical; empty where it is unknown, which only a site without a gate lets through. */
      readonly address: string;
      readonly grantId: string;
      readonly approver: string;
      /** What lets it pass instead of a grant; null: a grant does, or a network, or there is no gate. */
      readonly without: Without | null;
      /** Whether `Authorization` holds a site token, right or not: the proxy keeps it from the site then. */
      readonly isBearerOurs: boolean;
    }
  /** `isWrongToken`: a program showed a token that opens nothing here, and nobody is to be asked for it. */
  | {
      readonly kind: 'closed';
      readonly entry: SiteEntry;
      readonly address: string;
      readonly isWrongToken: boolean;
      /** Whoever is signed in there and is not let in by that. Absent: nobody, or the site has no list of people. */
      readonly person?: SignedInHere;
    }
  /**
   * The memory has a grant or a token but is doubtful: the database decides. `stale`: the verdict where it cannot be asked for a
   * while; `otherwise`: where it says no.
   */
  | {
      readonly kind: 'doubtful';
      readonly entry: SiteEntry;
      readonly address: string;
      readonly stale: Pass;
      readonly otherwise: Verdict;
    }
  /** A cookie that says who somebody is, and is not known or not believed any more: the database says whose it is. */
  | {
      readonly kind: 'unrecognised';
      readonly entry: SiteEntry;
      readonly address: string;
      readonly isBearerOurs: boolean;
      readonly brought: BroughtCookie;
    }
  | { readonly kind: 'unknown_address'; readonly entry: SiteEntry }
  /** A trusted proxy that does not say for whom it asks. */
  | { readonly kind: 'silent_proxy'; readonly entry: SiteEntry }
  /** A proxy that is not trusted: `peer` is where it asks from. */
  | { readonly kind: 'untrusted_proxy'; readonly peer: string }
  /** An IPv6 visitor who has the very address of a trusted proxy, among others who may be let in. */
  | { readonly kind: 'address_of_a_proxy'; readonly entry: SiteEntry; readonly address: string }
  /** The host is none of the site that the check names, or of no site at all. `isNameUnknown`: no site has that name, whatever the host. */
  | { readonly kind: 'unknown_host'; readonly isNameUnknown?: true }
  /** The check names no site, and nobody said that this is allowed. */
  | { readonly kind: 'unnamed' }
  /** The URL or the forwarded headers can be read in two ways. */
  | { readonly kind: 'unclear' };

export type Pass = Extract<Verdict, { kind: 'pass' }>;
export type Closed = Extract<Verdict, { kind: 'closed' }>;
export type Unrecognised = Extract<Verdict, { kind: 'unrecognised' }>;

/** Whether it was answered from memory, so that nobody has to be asked. */
export function isSettled({ kind }: Verdict): boolean {
  return kind !== 'doubtful' && kind !== 'unrecognised';
}

/** For a visitor whose grant was found after the check had said no, and who showed no token. */
export function passBy(grant: Pick<GrantRecord, 'id' | 'site' | 'grantedBy'>, { entry, address }: Closed): Pass {
  if (grant.site !== entry.site.key) throw new Error('a grant of another site lets nobody in');
  const [grantId, approver] = [String(grant.id), headerSafe(grant.grantedBy)];
  return { kind: 'pass', entry, address, grantId, approver, without: null, isBearerOurs: false };
}
