/** The ledger's port over whatever answers its verbs: the SQLite thread or the PostgreSQL pool. */
import type { AuditTrail, Change, Ledger } from '../contract/ledger.js';
import type { Ask } from './verbs.js';

export interface Answering {
  readonly ask: Ask;
  readonly subscribe: (listener: (change: Change) => void) => void;
  readonly close: () => Promise<void>;
}

export function ledgerOver({ ask, subscribe, close }: Answering): Ledger {
  return {
    requests: {
      open: (wish, audit) => ask('requests.open', wish, audit),
      openOrAdd: (wish, audit) => ask('requests.openOrAdd', wish, audit),
      decide: (wish) => ask('requests.decide', wish),
      withdraw: (wish) => ask('requests.withdraw', wish),
      expireDue: (limit) => ask('requests.expireDue', limit),
      msUntilNextDeadline: () => ask('requests.msUntilNextDeadline'),
      byTokenHash: (tokenHash) => ask('requests.byTokenHash', tokenHash),
      byId: (id) => ask('requests.byId', id),
      byPrefix: (prefix, limit) => ask('requests.byPrefix', prefix, limit),
      byStatusId: (statusId) => ask('requests.byStatusId', statusId),
      latestOf: (site, address) => ask('requests.latestOf', site, address),
      pending: (limit) => ask('requests.pending', limit),
      recent: (limit) => ask('requests.recent', limit),
      approversOf: (id) => ask('requests.approversOf', id),
    },
    deliveries: {
      claim: (wish) => ask('deliveries.claim', wish),
      renew: (claims, leaseMs) => ask('deliveries.renew', claims, leaseMs),
      close: (closings) => ask('deliveries.close', closings),
      msUntilDue: (carrier) => ask('deliveries.msUntilDue', carrier),
      pauses: () => ask('deliveries.pauses'),
      pause: (wish) => ask('deliveries.pause', wish),
      report: (wish, audit) => ask('deliveries.report', wish, audit),
      resume: (carrier) => ask('deliveries.resume', carrier),
      stragglers: (limit) => ask('deliveries.stragglers', limit),
      ofRequest: (id) => ask('deliveries.ofRequest', id),
    },
    grants: {
      livePage: (after, limit) => ask('grants.livePage', after, limit),
      list: (wish) => ask('grants.list', wish),
      count: () => ask('grants.count'),
      sites: () => ask('grants.sites'),
      find: (site, address) => ask('grants.find', site, address),
      grant: (wish, audit) => ask('grants.grant', wish, audit),
      revoke: (wish, audit) => ask('grants.revoke', wish, audit),
      extend: (wish, audit) => ask('grants.extend', wish, audit),
    },
    identity: {
      addSignInLink: (wish, audit) => ask('identity.addSignInLink', wish, audit),
      peekSignInLink: (hash) => ask('identity.peekSignInLink', hash),
      signIn: (wish) => ask('identity.signIn', wish),
      session: (hash) => ask('identity.session', hash),
      endSession: (hash) => ask('identity.endSession', hash),
      addLinkCode: (wish, audit) => ask('identity.addLinkCode', wish, audit),
      peekLinkCode: (hash) => ask('identity.peekLinkCode', hash),
      link: (wish, audit) => ask('identity.link', wish, audit),
      unlink: (wish, audit) => ask('identity.unlink', wish, audit),
      linksOf: (account) => ask('identity.linksOf', account),
      accountsOf: (approver) => ask('identity.accountsOf', approver),
    },
    audit: {
      add: (entry, requestId) => ask('audit.add', entry, requestId),
      recent: (limit, site) => (site === undefined ? ask('audit.recent', limit) : ask('audit.recent', limit, site)),
      isSealDue: () => ask('audit.isSealDue'),
      seal: (wish) => ask('audit.seal', wish),
      ...trailOver(ask),
    },
    mutes: {
      mute: (wish, audit) => ask('mutes.mute', wish, audit),
      unmute: (wish, audit) => ask('mutes.unmute', wish, audit),
      live: () => ask('mutes.live'),
    },
    deadLetters: {
      add: (letter) => ask('deadLetters.add', letter),
      list: (wish) => ask('deadLetters.list', wish),
      find: (id) => ask('deadLetters.find', id),
      markRedriven: (wish, audit) => ask('deadLetters.markRedriven', wish, audit),
    },
    leases: {
      take: (wish) => ask('leases.take', wish),
      giveBack: (wish) => ask('leases.giveBack', wish),
    },
    serviceTokens: {
      mint: (wish, audit) => ask('serviceTokens.mint', wish, audit),
      list: () => ask('serviceTokens.list'),
      revoke: (id, audit) => ask('serviceTokens.revoke', id, audit),
      use: (hash) => ask('serviceTokens.use', hash),
    },
    retention: {
      sweep: (wish) => ask('retention.sweep', wish),
      past: (wish) => ask('retention.past', wish),
    },
    subscribe,
    ping: () => ask('ping'),
    canary: (sealedWhenNew) => ask('canary', sealedWhenNew),
    close,
  };
}

/** Reading the audit trail alone: all that `gate audit` is given of a ledger. */
export function trailOver(ask: Ask): AuditTrail {
  return {
    head: () => ask('audit.head'),
    sealed: (wish) => ask('audit.sealed', wish),
    strays: (limit) => ask('audit.strays', limit),
    unsealed: () => ask('audit.unsealed'),
    page: (wish) => ask('audit.page', wish),
  };
}
