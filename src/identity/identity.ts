/**
 * Who somebody is. Seven rooms: whom a session belongs to (`accounts`), what proves who somebody is (`links`, `providers` and
 * `factors`), the sessions that a proof starts (`sessions`), how they are handed on to other origins of ours (`handoff`), and what is given to services of ours (`services`).
 */
import type { AccountId, ChannelName } from '../approval/brand.js';
import type { IdentityPolicy } from '../approval/identity-policy.js';
import type { Directory } from '../approval/site.js';
import type { Encryption } from '../base/crypto/encryption.js';
import type { Random } from '../base/crypto/random.js';
import type { Clock } from '../base/time/clock.js';
import type { IdentityEvent } from '../contract/identity-event.js';
import type { LedgerVerbs } from '../contract/ledger.js';
import type { Log } from '../base/process/log.js';
import type { Messages } from '../contract/message.js';
import { accountsOf, type Accounts } from './accounts/accounts.js';
import { createFormLimits, type FormLimits } from './accounts/form-limits.js';
import { createWays, type Ways } from './accounts/ways.js';
import { createAgain, type Again } from './factors/again.js';
import { createApprovalProofs, type ApprovalProofs } from './factors/approval-proofs.js';
import { createAuthenticator, type Authenticator } from './factors/authenticator.js';
import { createPasskeys, type Passkeys } from './factors/passkeys.js';
import { createRecoveryCodes, type RecoveryCodes } from './factors/recovery-codes.js';
import { createSecondFactor, type SecondFactor } from './factors/second-factor.js';
import { createEnrolments, type Enrolments } from './links/enrolments.js';
import { createHandoff, type Handoff } from './handoff/handoff.js';
import { protectedOrigins, withAdmin, type RelyingOrigins } from './handoff/relying-origins.js';
import { createLinkCodes, type LinkCodes } from './links/link-codes.js';
import { createMailedLinks, type MailedLinks, type MailedLinksDeps } from './links/mailed-links.js';
import { createProviders, type Providers, type ProvidersDeps } from './providers/providers.js';
import { createSignInLinks, type SignInLinks } from './links/sign-in-links.js';
import type { ServiceEvent, ServiceSessions } from './services/service.js';
import { createServiceSessions } from './services/service-sessions.js';
import { createRefusedSignIns, type RefusedSignIns } from './sessions/refused-sign-ins.js';
import type { SessionBookDeps } from './sessions/session-book.js';
import { createSessions, type Sessions } from './sessions/sessions.js';

export interface Identity {
  readonly sessions: Sessions;
  readonly refusedSignIns: RefusedSignIns;
  readonly signInLinks: SignInLinks;
  readonly enrolments: Enrolments;
  /** Null: no channel sends mail, so that only an operator hands out links. */
  readonly mailedLinks: MailedLinks | null;
  readonly providers: Providers;
  /** Where a link to sign in by is mailed to them; null: nowhere. */
  readonly mailboxOf: (account: AccountId) => string | null;
  /** Naming and removing what they sign in by. */
  readonly ways: Ways;
  readonly formLimits: FormLimits;
  readonly linkCodes: LinkCodes;
  /** Null: browsers have none at this `PUBLIC_URL`. */
  readonly passkeys: Passkeys | null;
  readonly authenticator: Authenticator;
  readonly recoveryCodes: RecoveryCodes;
  readonly secondFactor: SecondFactor;
  readonly approvalProofs: ApprovalProofs;
  readonly again: Again;
  readonly handoff: Handoff;
  /** Where they are handed on to. */
  readonly relyingOrigins: RelyingOrigins;
  readonly serviceSessions: ServiceSessions;
}

export interface IdentityDeps {
  readonly ledger: Pick<LedgerVerbs, 'identity' | 'factors' | 'handoffs' | 'serviceTokens' | 'audit'>;
  readonly encryption: Encryption;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly random: Random;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  /** Origin where browsers reach the admin plane. */
  readonly adminUrl: string;
  /** The channel that sends mail, and where mails are queued; absent: none does. */
  readonly mail?: {
    readonly channel: ChannelName;
    readonly messages: Pick<Messages, 'prepare'>;
    readonly log: Pick<Log, 'warn'>;
    readonly onFull: MailedLinksDeps['onFull'];
  };
  /** Who else says who somebody is, and how they are asked; absent: nobody. */
  readonly providers?: Pick<ProvidersDeps, 'configured' | 'http' | 'log'>;
  /** Whose accounts there are; those of `directory` where absent. */
  readonly accounts?: Accounts;
  /** Sessions ended with a way by which their account had signed in; absent: nobody is told. */
  readonly onSessionsEnded?: SessionBookDeps['onEnded'];
  /** Where people are handed on to beside the admin plane; the protected hosts where absent. */
  readonly origins?: RelyingOrigins;
  /** Told of what happens to accounts and their sessions; absent: nobody is. */
  readonly onEvent?: (event: IdentityEvent) => void;
  /** Absent: what cannot be written of refused sign-ins is counted on in silence. */
  readonly log?: Pick<Log, 'warn'>;
  /** Told of what services do; absent: nobody is. */
  readonly onServiceEvent?: (happened: ServiceEvent) => void;
}

export function createIdentity(all: IdentityDeps): Identity {
  const {
    directory,
    mail,
    providers = NOBODY,
    accounts: given,
    origins: givenOrigins,
    ledger: whole,
    onServiceEvent = () => undefined,
    onEvent = () => undefined,
    log = { warn: () => undefined },
    ...rest
  } = all;
  const accounts = given ?? accountsOf(directory, mail?.channel ?? null);
  const refusedSignIns = createRefusedSignIns({ audit: whole.audit, clock: rest.clock, log, onEvent });
  const deps = { ...rest, ledger: whole.identity, factors: whole.factors, refusedSignIns, onEvent };
  const policy = (): IdentityPolicy => directory().identity;
  const sessions = createSessions({ ...deps, accounts, policy });
  const origins = withAdmin(rest.adminUrl, givenOrigins ?? protectedOrigins(directory, rest.publicUrl));
  const authenticator = createAuthenticator(deps);
  const recoveryCodes = createRecoveryCodes(deps);
  const secondFactor = createSecondFactor({ ...deps, authenticator, recoveryCodes });
  const passkeys = createPasskeys({ ...deps, accounts });
  const mailboxOf = (account: AccountId): string | null => (mail === undefined ? null : accounts.mailboxOf(account));
  return {
    sessions,
    refusedSignIns,
    signInLinks: createSignInLinks({ ...deps, accounts }),
    enrolments: createEnrolments({ ...deps, mail, accounts }),
    mailedLinks: mail === undefined ? null : createMailedLinks({ ...deps, ...mail, accounts }),
    providers: createProviders({ ...deps, ...providers, accounts }),
    mailboxOf,
    ways: createWays({ ...deps, mailboxOf, hasPasskeys: passkeys !== null, configured: providers.configured }),
    formLimits: createFormLimits(deps.ledger),
    linkCodes: createLinkCodes(deps.ledger),
    passkeys,
    authenticator,
    recoveryCodes,
    secondFactor,
    approvalProofs: createApprovalProofs({ ...deps, passkeys, secondFactor }),
    again: createAgain({ ...deps, secondFactor }),
    handoff: createHandoff({ ...deps, handoffs: whole.handoffs, accounts, policy, sessions, origins }),
    relyingOrigins: origins,
    serviceSessions: createServiceSessions({
      ...deps,
      serviceTokens: whole.serviceTokens,
      accounts,
      configured: providers.configured,
      policy,
      onServiceEvent,
    }),
  };
}

const NOBODY: Pick<ProvidersDeps, 'configured' | 'http' | 'log'> = {
  configured: () => new Map(),
  http: { call: () => Promise.resolve({ kind: 'not_sent', reason: 'aborted' }) },
  log: { info: () => undefined },
};
