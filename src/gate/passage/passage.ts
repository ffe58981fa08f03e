/**
 * Letting people in by who they are, at sites that have a list (`passage` in sites.toml). Looked at only where there is no grant, no
 * open path and no token, and only by the word of a trusted proxy. A cookie is good at the one origin that it was given for.
 */
import { mayPass } from '../../approval/passage.js';
import { originOfHost } from '../../base/net/origin-of-host.js';
import type { HandedOutHere, SignedInHere } from '../../contract/handed-out-here.js';
import { askedHost } from '../check/question.js';
import type { SiteEntry } from '../check/site-entry.js';
import type { Closed, Pass, Unrecognised } from '../check/verdict.js';
import type { Asking } from '../check/without-grant.js';
import type { BroughtCookie, PassageCache } from './passage-cache.js';
import { passagePerson } from './persons.js';

export interface Passage {
  /** At a site with a list, of whoever has nothing else that lets them in. */
  look(entry: SiteEntry, address: string, asking: Asking): Pass | Closed | Unrecognised;
  settle(verdict: Unrecognised): Promise<Pass | Closed>;
}

export interface PassageDeps {
  readonly cache: Pick<PassageCache, 'find' | 'ask' | 'stale'>;
  readonly handedOut: Pick<HandedOutHere, 'presented'>;
  /** Of the auth host: sites have its scheme. */
  readonly publicUrl: string;
}

export function createPassage({ cache, handedOut, publicUrl }: PassageDeps): Passage {
  const { protocol } = new URL(publicUrl);
  const broughtBy = ({ request, headers, question, isTrusted }: Asking): BroughtCookie | null => {
    const { cookie: cookies } = request.headers;
    if (!isTrusted || cookies === undefined) return null;
    const origin = originOfHost(protocol, askedHost(headers, isTrusted, question.way) ?? '');
    const hash = origin === null ? null : handedOut.presented({ origin, cookies });
    return origin === null || hash === null ? null : { origin, cookies, hash };
  };
  return {
    look(entry, address, asking) {
      const brought = broughtBy(asking);
      if (brought === null) return { kind: 'closed', entry, address, isWrongToken: false };
      const { isBearerOurs } = asking;
      const person = cache.find(brought);
      if (person === undefined) return { kind: 'unrecognised', entry, address, isBearerOurs, brought };
      return judged({ entry, address, isBearerOurs, brought }, person);
    },
    async settle(verdict) {
      const found = await cache.ask(verdict.brought);
      return judged(verdict, found === 'unavailable' ? cache.stale(verdict.brought) : found);
    },
  };
}

/** By the list of this moment. Whoever lacks a second factor is nobody yet. */
function judged(
  { entry, address, isBearerOurs, brought }: Omit<Unrecognised, 'kind'>,
  person: SignedInHere | null,
): Pass | Closed {
  const closed = { kind: 'closed', entry, address, isWrongToken: false } as const;
  if (person?.lacks !== null) return closed;
  if (!mayPass(passagePerson(person), entry.site)) return { ...closed, person };
  const without = { kind: 'passage', person, hash: brought.hash } as const;
  return { kind: 'pass', entry, address, grantId: '', approver: '', without, isBearerOurs };
}
