/**
 * The check: may this address pass to this host? It is asked for every request of every site, so it answers from memory and
 * allocates as little as it can. Whatever it does not know is closed.
 */
import type { IncomingMessage } from 'node:http';
import { usesSignIn } from '../../approval/site.js';
import { addressWords } from '../../base/net/address-words.js';
import type { ClientAddresses } from '../../base/net/client-address.js';
import { forwardedHeader } from '../../base/net/forwarded-headers.js';
import { peerOf } from '../../base/net/peer.js';
import { addressText } from '../../base/net/address-text.js';
import type { GrantCache } from '../grants/grant-cache.js';
import type { Passage } from '../passage/passage.js';
import type { Question } from './asked.js';
import { checkHeaders, isContradictory, readCheckHeaders } from './check-headers.js';
import { askedHost, isSilent } from './question.js';
import type { ProxyFaults } from './proxy-faults.js';
import { settling } from './settling.js';
import type { NotGuarded, SiteEntry, SiteIndex } from './site-entry.js';
import { holdsSiteToken } from './tokens/site-token.js';
import type { TokenCache } from './tokens/token-cache.js';
import type { Pass, Verdict } from './verdict.js';
import { withoutGrant, type Asking } from './without-grant.js';

export type { Pass, Verdict } from './verdict.js';

export interface Check {
  look(request: IncomingMessage, question: Question): Verdict;
  /** The same, with what is in doubt settled. */
  settle(verdict: Verdict): Promise<Verdict>;
}

export interface CheckDeps {
  readonly sites: SiteIndex;
  readonly clients: ClientAddresses;
  readonly grants: GrantCache;
  readonly tokens: Pick<TokenCache, 'find' | 'confirm' | 'mayPassStale'>;
  readonly passage: Passage;
  readonly faults: Pick<ProxyFaults, 'note' | 'mistrust' | 'isMistrusting' | 'heardTrusted'>;
}

const UNKNOWN_HOST: Verdict = { kind: 'unknown_host' };
const UNKNOWN_NAME: Verdict = { kind: 'unknown_host', isNameUnknown: true };
const UNNAMED: Verdict = { kind: 'unnamed' };
const UNCLEAR: Verdict = { kind: 'unclear' };

export function check({ sites, clients, grants, tokens, passage, faults }: CheckDeps): Check {
  const [words, headers] = [addressWords(), checkHeaders()];
  const { untrusted, refused, silent } = refusals(faults);
  const { lookWithout, lookAtProxy } = looksWithout({ tokens, passage, faults });

  const look = (request: IncomingMessage, question: Question): Verdict => {
    const peer = peerOf(request.socket);
    const raw = request.rawHeaders;
    const isTrusted = clients.isTrusted(peer);
    if (isTrusted) {
      if (faults.isMistrusting) faults.heardTrusted();
    } else {
      // before anything else: what such a check says of host and visitor is worth nothing, so it opens and passes nothing
      const header = forwardedHeader(raw);
      if (header !== null) return untrusted(peer, header);
    }
    if (!question.isClear) return UNCLEAR;
    readCheckHeaders(raw, headers);
    if (question.way === 'forward' && isTrusted && isContradictory(headers)) return UNCLEAR;
    const entry = sites.guarded(question.name, askedHost(headers, isTrusted, question.way) ?? '');
    if (typeof entry === 'string') return refused(entry, peer, question);
    const written = clients.ofForwarded(peer, headers.forwardedFor, words);
    // then the address is the proxy's own, and says nothing of the visitor
    const isUntold = written === peer && isSilent(headers, { address: written, peer, isTrusted });
    const address = written === null || isUntold ? '' : addressText(written, words);
    const isBearerOurs = headers.authorization !== undefined && holdsSiteToken(headers.authorization);
    if (!entry.site.isGated) return passFree(entry, address, { without: null, isBearerOurs });
    if (written === null) return { kind: 'unknown_address', entry };
    if (isUntold) return silent(entry, peer);
    if (entry.permanent.has(words)) return passFree(entry, address, { without: null, isBearerOurs });
    if (words.family === 6 && clients.isLoneProxy(words) && !entry.site.allowProxyAddress)
      return lookAtProxy(entry, address, { request, question, isTrusted, headers, isBearerOurs });
    const found = grants.find(entry.site.key, words);
    if (found === null) return lookWithout(entry, address, { request, question, isTrusted, headers, isBearerOurs });
    const { grantId, approver, isBelieved } = found;
    const pass: Pass = { kind: 'pass', entry, address, grantId, approver, without: null, isBearerOurs };
    if (isBelieved) return pass;
    const otherwise = lookWithout(entry, address, { request, question, isTrusted, headers, isBearerOurs });
    return { kind: 'doubtful', entry, address, stale: pass, otherwise };
  };
  return { look, settle: settling({ grants, tokens, passage }) };
}

/** Whoever passes without a grant: no approver let him in. */
function passFree(entry: SiteEntry, address: string, by: Pick<Pass, 'without' | 'isBearerOurs'>): Pass {
  const { without, isBearerOurs } = by;
  return { kind: 'pass', entry, address, grantId: '', approver: '', without, isBearerOurs };
}

/** Refusals that tell of a proxy which is set up wrongly. */
function refusals(faults: CheckDeps['faults']) {
  const untrusted = (peer = '', header: string): Verdict => {
    faults.note({ kind: 'not_trusted', peer, name: header });
    faults.mistrust(peer);
    return { kind: 'untrusted_proxy', peer };
  };
  const refused = (why: NotGuarded, peer = '', { name }: Question): Verdict => {
    if (why === 'unnamed') faults.note({ kind: 'unnamed_check', peer, name: '' });
    if (why === 'unknown_name') faults.note({ kind: 'unknown_name', peer, name: name ?? '' });
    if (why === 'unnamed') return UNNAMED;
    return why === 'unknown_name' ? UNKNOWN_NAME : UNKNOWN_HOST;
  };
  const silent = (entry: SiteEntry, peer = ''): Verdict => {
    faults.note({ kind: 'no_forwarded_for', peer, name: '' });
    return { kind: 'silent_proxy', entry };
  };
  return { untrusted, refused, silent };
}

/** The look at whoever has no grant. */
function looksWithout({ tokens, passage, faults }: Pick<CheckDeps, 'tokens' | 'passage' | 'faults'>) {
  const lookWithout = (entry: SiteEntry, address: string, asking: Asking): Verdict => {
    const without = withoutGrant(entry, asking, tokens);
    if (without.kind === 'nothing') {
      if (usesSignIn(entry.site)) return passage.look(entry, address, asking);
      return { kind: 'closed', entry, address, isWrongToken: false };
    }
    const wrong: Verdict = { kind: 'closed', entry, address, isWrongToken: true };
    if (without.kind === 'wrong_token') return wrong;
    const pass = passFree(entry, address, { without, isBearerOurs: asking.isBearerOurs });
    if (without.kind === 'open_path' || without.token.isBelieved) return pass;
    return { kind: 'doubtful', entry, address, stale: pass, otherwise: wrong };
  };
  /** A trusted proxy's own address, in a /64 that others may have a grant for: theirs does not count for it. */
  const lookAtProxy = (entry: SiteEntry, address: string, asking: Asking): Verdict => {
    const verdict = lookWithout(entry, address, asking);
    if (verdict.kind !== 'closed') return verdict;
    faults.note({
      kind: 'address_of_a_proxy',
      peer: peerOf(asking.request.socket) ?? '',
      name: entry.site.key,
      address,
    });
    return { kind: 'address_of_a_proxy', entry, address };
  };
  return { lookWithout, lookAtProxy };
}
