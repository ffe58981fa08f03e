/** Every verb of the ledger by its name: what the worker and the pool are asked to do, and what the port is made from. */
import { addAuditOnce } from './audit/add-once.js';
import { addAudit } from './audit/add.js';
import { takeAttempt } from './attempts/take-attempt.js';
import { recentAudit } from './audit/recent.js';
import { isSealDue, seal } from './audit/seal.js';
import { sealedPage, strays, trailHead, trailPage, unsealed } from './audit/trail.js';
import { addDeadLetter, findDeadLetter, listDeadLetters, markRedriven } from './dead-letters/dead-letters.js';
import { claim } from './deliveries/claim.js';
import { close } from './deliveries/close.js';
import { accepted, confirmSent } from './deliveries/confirm-sent.js';
import { enqueue } from './deliveries/enqueue.js';
import { msUntilDue, ofRequest, stragglers } from './deliveries/find.js';
import { giveUp } from './deliveries/give-up.js';
import { listPauses, pause, pauseByHand, resume, resumeByHand } from './deliveries/pauses.js';
import { probeNow, providerGates } from './deliveries/mail/gates.js';
import { waitingMails } from './deliveries/mail/waiting.js';
import { renew } from './deliveries/renew.js';
import { report } from './deliveries/report.js';
import * as failures from './failures/failures.js';
import { findSuppression, liftSuppression, listSuppressions, setSuppression } from './suppressions/suppressions.js';
import * as asking from './factors/challenges.js';
import * as keys from './factors/passkeys.js';
import * as second from './factors/totp.js';
import { extend } from './grants/extend.js';
import { countGrants, findGrant, grant, grantSites, listGrants } from './grants/grants.js';
import { livePage } from './grants/live-page.js';
import { revoke } from './grants/revoke.js';
import * as handoffs from './handoffs/handoffs.js';
import * as accounts from './identity/accounts.js';
import { canary, ping } from './identity/canary.js';
import { isEnrolmentOver, peekEnrolment, resetAccount } from './identity/enrolments.js';
import * as signing from './identity/identity.js';
import * as mailed from './identity/mailed-links.js';
import { accountsOf, addLinkCode, link, linksOf, peekLinkCode, unlink } from './identity/links.js';
import * as listed from './identity/listed-sessions.js';
import * as held from './identity/service-sessions.js';
import * as tokens from './identity/service-tokens.js';
import * as ways from './identity/ways.js';
import { giveBack, take } from './leases/leases.js';
import * as boxes from './mail/mailboxes.js';
import * as carriers from './mail/providers.js';
import { mailRecords, putSecret, removeSecret, rewrapSecret } from './mail/secrets.js';
import * as looks from './looks/looks.js';
import { outcomes, standing } from './looks/standing.js';
import { liveMutes, mute, unmute } from './mutes/mutes.js';
import * as producerMails from './producer-mails/producer-mails.js';
import { approveByProof } from './requests/approve-by-proof.js';
import { decide } from './requests/decide.js';
import { expireDue } from './requests/expire.js';
import * as find from './requests/find.js';
import { open } from './requests/open.js';
import { openOrAdd } from './requests/open-or-add.js';
import { withdraw } from './requests/withdraw.js';
import { past } from './retention/requests.js';
import { sweep } from './retention/sweep.js';
import { cancel } from './queue/cancel.js';
import { findDelivery, sealedPayload } from './queue/entry.js';
import { look, removable } from './queue/look.js';
import { redrive } from './queue/redrive.js';
import { remove } from './queue/remove.js';
import * as telemetry from './telemetry/telemetry.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { guarded, read, write, type VerbName, type Verbs } from './verb.js';

export const verbs: Verbs = {
  'requests.open': write(open),
  'requests.openOrAdd': write(openOrAdd),
  'requests.decide': guarded(decide),
  'requests.approveByProof': write(approveByProof),
  'requests.withdraw': guarded(withdraw),
  'requests.expireDue': guarded(expireDue),
  'requests.msUntilNextDeadline': read(find.msUntilNextDeadline),
  'requests.byTokenHash': read(find.byTokenHash),
  'requests.byId': read(find.byId),
  'requests.byPrefix': read(find.byPrefix),
  'requests.byStatusId': read(find.byStatusId),
  'requests.latestOf': read(find.latestOf),
  'requests.pending': read(find.pending),
  'requests.recent': read(find.recent),
  'requests.approversOf': read(find.approversOf),
  'deliveries.enqueue': guarded(enqueue),
  'deliveries.claim': write(claim),
  'deliveries.renew': guarded(renew),
  'deliveries.close': write(close),
  'deliveries.giveUp': write(giveUp),
  'deliveries.msUntilDue': read(msUntilDue),
  'deliveries.pauses': read(listPauses),
  'deliveries.providerGates': read(providerGates),
  'deliveries.waitingMails': read(waitingMails),
  'deliveries.pause': guarded(pause),
  'deliveries.report': write(report),
  'deliveries.pauseByHand': write(pauseByHand),
  'deliveries.resumeByHand': write(resumeByHand),
  'deliveries.confirmSent': write(confirmSent),
  'deliveries.accepted': read(accepted),
  'deliveries.resume': guarded(resume),
  'deliveries.stragglers': read(stragglers),
  'deliveries.ofRequest': read(ofRequest),
  'producerMails.add': write(producerMails.add),
  'producerMails.find': read(producerMails.find),
  'producerMails.ended': write(producerMails.ended),
  'producerMails.tell': write(producerMails.tell),
  'queue.look': read(look),
  'queue.removable': read(removable),
  'queue.find': read(findDelivery),
  'queue.sealedPayload': read(sealedPayload),
  'queue.cancel': write(cancel),
  'queue.redrive': write(redrive),
  'queue.remove': write(remove),
  'failures.list': read(failures.list),
  'failures.find': read(failures.find),
  'failures.resolve': write(failures.resolve),
  'suppressions.list': read(listSuppressions),
  'suppressions.find': read(findSuppression),
  'suppressions.set': write(setSuppression),
  'suppressions.lift': write(liftSuppression),
  'grants.livePage': read(livePage),
  'grants.list': read(listGrants),
  'grants.count': read(countGrants),
  'grants.sites': read(grantSites),
  'grants.find': read(findGrant),
  'grants.grant': write(grant),
  'grants.revoke': write(revoke),
  'grants.extend': write(extend),
  'identity.keptAccounts': read(accounts.keptAccounts),
  'identity.beginSignIn': write(accounts.beginSignIn),
  'identity.takeSignIn': guarded(accounts.takeSignIn),
  'identity.credential': read(accounts.findCredential),
  'identity.accountsAt': read(accounts.accountsAt),
  'identity.addCredential': write(accounts.addCredential),
  'identity.credentials': read(ways.credentials),
  'identity.nameCredential': guarded(ways.nameCredential),
  'identity.removeCredential': write(ways.removeCredential),
  'identity.setAccountState': write(accounts.setAccountState),
  'identity.addSignInLink': write(signing.addSignInLink),
  'identity.peekSignInLink': read(signing.peekSignInLink),
  'identity.resetAccount': write(resetAccount),
  'identity.isEnrolmentOver': read(isEnrolmentOver),
  'identity.peekEnrolment': read(peekEnrolment),
  'identity.takeAttempt': guarded(takeAttempt),
  'identity.signedInFrom': read(listed.signedInFrom),
  'identity.mailSignInLinks': write(mailed.mailSignInLinks),
  'identity.peekMailedLink': read(mailed.peekMailedLink),
  'identity.showNumber': guarded(mailed.showNumber),
  'identity.startSession': write(signing.startSession),
  'identity.session': read(signing.findSession),
  'identity.noteSeen': guarded(signing.noteSeen),
  'identity.endSession': guarded(signing.endSession),
  'identity.sessions': read(listed.sessions),
  'identity.endSessions': write(listed.endSessions),
  'identity.endSessionsOfCredential': write(listed.endSessionsOfCredential),
  'identity.startServiceSession': write(held.startServiceSession),
  'identity.refreshServiceSession': write(held.refreshServiceSession),
  'identity.accessToken': read(held.accessToken),
  'identity.addLinkCode': write(addLinkCode),
  'identity.peekLinkCode': read(peekLinkCode),
  'identity.link': write(link),
  'identity.unlink': write(unlink),
  'identity.linksOf': read(linksOf),
  'identity.accountsOf': read(accountsOf),
  'factors.ask': write(asking.ask),
  'factors.tryChallenge': write(asking.tryChallenge),
  'factors.of': read(second.factorsOf),
  'factors.passkeys': read(keys.passkeys),
  'factors.passkey': read(keys.passkey),
  'factors.addPasskey': write(keys.addPasskey),
  'factors.namePasskey': guarded(keys.namePasskey),
  'factors.removePasskey': write(ways.removePasskey),
  'factors.totp': read(second.totp),
  'factors.beginTotp': guarded(second.beginTotp),
  'factors.confirmTotp': write(second.confirmTotp),
  'factors.removeTotp': write(second.removeTotp),
  'factors.knowsRecoveryCode': read(second.knowsRecoveryCode),
  'factors.renewRecoveryCodes': write(second.renewRecoveryCodes),
  'handoffs.begin': write(handoffs.begin),
  'handoffs.peek': read(handoffs.peek),
  'handoffs.giveCode': guarded(handoffs.giveCode),
  'handoffs.redeem': write(handoffs.redeem),
  'handoffs.handedOut': read(handoffs.handedOut),
  'handoffs.endHandedOut': guarded(handoffs.endHandedOut),
  'mail.records': read(mailRecords),
  'mail.addProvider': write(carriers.addProvider),
  'mail.changeProvider': write(carriers.changeProvider),
  'mail.setProviderState': write(carriers.setProviderState),
  'mail.setStateByName': write(carriers.setStateByName),
  'mail.probeNow': write(probeNow),
  'mail.removeProvider': write(carriers.removeProvider),
  'mail.addMailbox': write(boxes.addMailbox),
  'mail.changeMailbox': write(boxes.changeMailbox),
  'mail.setMailboxState': write(boxes.setMailboxState),
  'mail.removeMailbox': write(boxes.removeMailbox),
  'mail.putSecret': write(putSecret),
  'mail.removeSecret': write(removeSecret),
  'mail.rewrapSecret': write(rewrapSecret),
  'looks.requests': read(looks.lookAtRequests),
  'looks.grants': read(looks.lookAtGrants),
  'looks.audit': read(looks.lookAtAudit),
  'looks.ofRequest': read(looks.trailOfRequest),
  'looks.deliveries': read(standing),
  'looks.outcomes': read(outcomes),
  'mutes.mute': write(mute),
  'mutes.unmute': write(unmute),
  'mutes.live': read(liveMutes),
  'deadLetters.add': guarded(addDeadLetter),
  'deadLetters.list': read(listDeadLetters),
  'deadLetters.find': read(findDeadLetter),
  'deadLetters.markRedriven': write(markRedriven),
  'leases.take': guarded(take),
  'leases.giveBack': guarded(giveBack),
  'serviceTokens.mint': write(tokens.mintServiceToken),
  'serviceTokens.mintForSite': write(tokens.mintSiteToken),
  'serviceTokens.mintForService': write(tokens.mintTokenOfService),
  'serviceTokens.list': read(tokens.listServiceTokens),
  'serviceTokens.revoke': write(tokens.revokeServiceToken),
  'serviceTokens.use': guarded(tokens.useServiceToken),
  'serviceTokens.useAtSite': guarded(tokens.useSiteToken),
  'serviceTokens.useByService': guarded(tokens.useTokenOfService),
  'serviceTokens.liveAtSites': read(tokens.liveSiteTokens),
  'audit.add': guarded(addAudit),
  'audit.addOnce': guarded(addAuditOnce),
  'audit.recent': read(recentAudit),
  'audit.isSealDue': read(isSealDue),
  'audit.seal': guarded(seal),
  'audit.head': read(trailHead),
  'audit.sealed': read(sealedPage),
  'audit.strays': read(strays),
  'audit.unsealed': read(unsealed),
  'audit.page': read(trailPage),
  'retention.sweep': guarded(sweep),
  'retention.past': read(past),
  'telemetry.flush': write(telemetry.flush),
  'telemetry.derive': write(telemetry.derive),
  'telemetry.sampleQueue': guarded(telemetry.sampleQueue),
  'telemetry.rollUp': write(telemetry.rollUp),
  'telemetry.due': read(telemetry.due),
  'telemetry.read': read(telemetry.read),
  'telemetry.totals': read(telemetry.totals),
  canary: guarded(canary),
  ping: read(ping),
};

export const verbNames = Object.keys(verbs) as readonly VerbName[];

/** The verb's unit of work, ready to run: as often as it must be run again. */
export function unitOfWorkOf(name: VerbName, input: readonly unknown[]): UnitOfWork<unknown> {
  const { unitOfWork }: { readonly unitOfWork: (...input: never[]) => UnitOfWork<unknown> } = verbs[name];
  return unitOfWork(...(input as never[]));
}
