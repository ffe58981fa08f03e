/** Every verb of the ledger by its name: what the worker and the pool are asked to do. */
import { addAudit } from './audit/add.js';
import { recentAudit } from './audit/recent.js';
import { isSealDue, seal } from './audit/seal.js';
import { sealedPage, strays, trailHead, trailPage, unsealed } from './audit/trail.js';
import { addDeadLetter, findDeadLetter, listDeadLetters, markRedriven } from './dead-letters/dead-letters.js';
import { claim } from './deliveries/claim.js';
import { close } from './deliveries/close.js';
import { msUntilDue, ofRequest, stragglers } from './deliveries/find.js';
import { listPauses, pause, resume } from './deliveries/pauses.js';
import { renew } from './deliveries/renew.js';
import { report } from './deliveries/report.js';
import { extend } from './grants/extend.js';
import { countGrants, findGrant, grant, grantSites, listGrants } from './grants/grants.js';
import { livePage } from './grants/live-page.js';
import { revoke } from './grants/revoke.js';
import { canary, ping } from './identity/canary.js';
import { addSignInLink, endSession, findSession, peekSignInLink, signIn } from './identity/identity.js';
import { accountsOf, addLinkCode, link, linksOf, peekLinkCode, unlink } from './identity/links.js';
import { listServiceTokens, mintServiceToken, revokeServiceToken, useServiceToken } from './identity/service-tokens.js';
import { giveBack, take } from './leases/leases.js';
import { liveMutes, mute, unmute } from './mutes/mutes.js';
import type { Program } from './program.js';
import { decide } from './requests/decide.js';
import { expireDue } from './requests/expire.js';
import * as find from './requests/find.js';
import { open } from './requests/open.js';
import { openOrAdd } from './requests/open-or-add.js';
import { withdraw } from './requests/withdraw.js';
import { past } from './retention/requests.js';
import { sweep } from './retention/sweep.js';

/**
 * `read`: no transaction. `write`: one transaction. `guarded`: each of its writes is one statement that is whole by
 * itself, so PostgreSQL needs no transaction around it; SQLite, where it may be several, has one.
 */
export type Mode = 'read' | 'write' | 'guarded';

interface Verb {
  readonly mode: Mode;
  readonly program: (...wish: never[]) => Program<unknown>;
}

export const verbs = {
  'requests.open': { mode: 'write', program: open },
  'requests.openOrAdd': { mode: 'write', program: openOrAdd },
  'requests.decide': { mode: 'guarded', program: decide },
  'requests.withdraw': { mode: 'guarded', program: withdraw },
  'requests.expireDue': { mode: 'guarded', program: expireDue },
  'requests.msUntilNextDeadline': { mode: 'read', program: find.msUntilNextDeadline },
  'requests.byTokenHash': { mode: 'read', program: find.byTokenHash },
  'requests.byId': { mode: 'read', program: find.byId },
  'requests.byPrefix': { mode: 'read', program: find.byPrefix },
  'requests.byStatusId': { mode: 'read', program: find.byStatusId },
  'requests.latestOf': { mode: 'read', program: find.latestOf },
  'requests.pending': { mode: 'read', program: find.pending },
  'requests.recent': { mode: 'read', program: find.recent },
  'requests.approversOf': { mode: 'read', program: find.approversOf },
  'deliveries.claim': { mode: 'write', program: claim },
  'deliveries.renew': { mode: 'guarded', program: renew },
  'deliveries.close': { mode: 'write', program: close },
  'deliveries.msUntilDue': { mode: 'read', program: msUntilDue },
  'deliveries.pauses': { mode: 'read', program: listPauses },
  'deliveries.pause': { mode: 'guarded', program: pause },
  'deliveries.report': { mode: 'write', program: report },
  'deliveries.resume': { mode: 'guarded', program: resume },
  'deliveries.stragglers': { mode: 'read', program: stragglers },
  'deliveries.ofRequest': { mode: 'read', program: ofRequest },
  'grants.livePage': { mode: 'read', program: livePage },
  'grants.list': { mode: 'read', program: listGrants },
  'grants.count': { mode: 'read', program: countGrants },
  'grants.sites': { mode: 'read', program: grantSites },
  'grants.find': { mode: 'read', program: findGrant },
  'grants.grant': { mode: 'write', program: grant },
  'grants.revoke': { mode: 'write', program: revoke },
  'grants.extend': { mode: 'write', program: extend },
  'identity.addSignInLink': { mode: 'write', program: addSignInLink },
  'identity.peekSignInLink': { mode: 'read', program: peekSignInLink },
  'identity.signIn': { mode: 'write', program: signIn },
  'identity.session': { mode: 'read', program: findSession },
  'identity.endSession': { mode: 'guarded', program: endSession },
  'identity.addLinkCode': { mode: 'write', program: addLinkCode },
  'identity.peekLinkCode': { mode: 'read', program: peekLinkCode },
  'identity.link': { mode: 'write', program: link },
  'identity.unlink': { mode: 'write', program: unlink },
  'identity.linksOf': { mode: 'read', program: linksOf },
  'identity.accountsOf': { mode: 'read', program: accountsOf },
  'mutes.mute': { mode: 'write', program: mute },
  'mutes.unmute': { mode: 'write', program: unmute },
  'mutes.live': { mode: 'read', program: liveMutes },
  'deadLetters.add': { mode: 'guarded', program: addDeadLetter },
  'deadLetters.list': { mode: 'read', program: listDeadLetters },
  'deadLetters.find': { mode: 'read', program: findDeadLetter },
  'deadLetters.markRedriven': { mode: 'write', program: markRedriven },
  'leases.take': { mode: 'guarded', program: take },
  'leases.giveBack': { mode: 'guarded', program: giveBack },
  'serviceTokens.mint': { mode: 'write', program: mintServiceToken },
  'serviceTokens.list': { mode: 'read', program: listServiceTokens },
  'serviceTokens.revoke': { mode: 'write', program: revokeServiceToken },
  'serviceTokens.use': { mode: 'guarded', program: useServiceToken },
  'audit.add': { mode: 'guarded', program: addAudit },
  'audit.recent': { mode: 'read', program: recentAudit },
  'audit.isSealDue': { mode: 'read', program: isSealDue },
  'audit.seal': { mode: 'guarded', program: seal },
  'audit.head': { mode: 'read', program: trailHead },
  'audit.sealed': { mode: 'read', program: sealedPage },
  'audit.strays': { mode: 'read', program: strays },
  'audit.unsealed': { mode: 'read', program: unsealed },
  'audit.page': { mode: 'read', program: trailPage },
  'retention.sweep': { mode: 'guarded', program: sweep },
  'retention.past': { mode: 'read', program: past },
  canary: { mode: 'guarded', program: canary },
  ping: { mode: 'read', program: ping },
} as const satisfies Readonly<Record<string, Verb>>;

export type VerbName = keyof typeof verbs;
export type Wish<Name extends VerbName> = Parameters<(typeof verbs)[Name]['program']>;
export type Answer<Name extends VerbName> =
  ReturnType<(typeof verbs)[Name]['program']> extends Program<infer Result> ? Result : never;

/** Asks a database for a verb. Rejects with `LedgerUnavailable` when it cannot answer. */
export type Ask = <Name extends VerbName>(name: Name, ...wish: Wish<Name>) => Promise<Answer<Name>>;

/** The verb's program, ready to run: as often as it must be run again. */
export function programOf(name: VerbName, wish: readonly unknown[]): Program<unknown> {
  const verb: { program: (...wish: never[]) => Program<unknown> } = verbs[name];
  return verb.program(...(wish as never[]));
}
