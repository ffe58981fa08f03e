/**
 * Whom a credential signs in, and when it is linked to an account. Pure over its port: every provider ends here.
 *
 *   known credential ───────────────────────────────▶ its account
 *   to be linked, by a session that is fresh ───────▶ that account, unless somebody else has the credential
 *   verified address of exactly one account ────────▶ that account, only where the provider is authoritative for the address's
 *                                                     domain and the account has no other credential; else: prove it first
 *   anything else ──────────────────────────────────▶ an account of its own, without rights
 *
 * An address is a hint and never a proof: it changes hands, and not every provider looks who has it.
 */
import type { AccountId } from '../../approval/brand.js';
import { typedMailbox } from '../../base/net/mailbox.js';
import type { Random } from '../../base/crypto/random.js';
import type { AccountLedger, CredentialFacts, CredentialFor, CredentialKey } from '../../contract/account-ledger.js';

/** What a provider vouched for just now. */
export interface Vouched extends CredentialKey {
  readonly provider: string;
  /** As the provider writes it. */
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly name: string | null;
  /** Domains whose mailboxes this provider gives out, in ASCII. */
  readonly authoritativeFor: readonly string[];
}

/** The account of a live session that is to sign in by this credential too. */
export interface LinkTo {
  readonly account: AccountId;
  /** When they last proved who they are. */
  readonly provenAtMs: number;
}

export type LoggedIn =
  | { readonly kind: 'known' | 'linked' | 'created'; readonly account: AccountId }
  /** The address is an account's that has to be proven by what it has already. Nothing was written. */
  | { readonly kind: 'prove_first' }
  | { readonly kind: 'link_too_late' }
  | { readonly kind: 'belongs_to_another' }
  | { readonly kind: 'disabled' };

export interface LoginPort<Refused = never> {
  readonly ledger: Pick<AccountLedger, 'credential' | 'accountsAt' | 'addCredential'>;
  /** The approver whose mailbox this is, by sites.toml. */
  readonly approverAt: (mailbox: string) => AccountId | null;
  readonly random: Pick<Random, 'id'>;
  readonly nowMs: () => number;
  /** The service that says who this is; absent: the browser of whoever it is was there. */
  readonly service?: string;
  /** Why this account may not be signed in by a credential alone: then nothing is written, and that is the answer. Absent: each may. */
  readonly refusalOf?: (account: AccountId) => Promise<Refused | null>;
}

/** Ways of proving who somebody is are added by whoever proved it not longer ago. */
export const PROVEN_WITHIN_MS = 600_000;

export async function loginOrLink<Refused = never>(
  vouched: Vouched,
  linkTo: LinkTo | null,
  port: LoginPort<Refused>,
): Promise<LoggedIn | Refused> {
  if (vouched.issuer === '' || vouched.subject === '') throw new Error('a credential has an issuer and a subject');
  const judged = await judge(vouched, linkTo, port);
  const account = judged.kind === 'to_add' ? judged.to.account : judged.kind === 'known' ? judged.account : null;
  const refused = account === null ? undefined : await port.refusalOf?.(account);
  if (refused !== undefined && refused !== null) return refused;
  return judged.kind === 'to_add' ? add(vouched, judged.to, port) : judged;
}

/** What there is to write, or the answer where there is nothing. */
type Judged =
  | { readonly kind: 'to_add'; readonly to: CredentialFor }
  | Exclude<LoggedIn, { readonly account: AccountId }>
  | { readonly kind: 'known'; readonly account: AccountId };

type JudgingPort = Omit<LoginPort, 'refusalOf'>;

async function judge(vouched: Vouched, linkTo: LinkTo | null, port: JudgingPort): Promise<Judged> {
  const owner = await port.ledger.credential(vouched);
  if (linkTo !== null) return linkOnPurpose({ linkTo, owner: owner?.account ?? null }, port);
  if (owner !== null)
    return owner.state === 'disabled' ? { kind: 'disabled' } : { kind: 'known', account: owner.account };
  const hint = await hinted(vouched, port);
  if (hint === null) return { kind: 'to_add', to: ownAccount(vouched, port) };
  if (!isAuthoritative(vouched)) return { kind: 'prove_first' };
  return { kind: 'to_add', to: { kind: 'existing', account: hint, asFirst: true } };
}

/** What is kept: an address only in a form in which no look-alike parts it elsewhere. */
export function factsOf({ provider, email, isEmailVerified, name }: Vouched): CredentialFacts {
  const mailbox = email === null ? null : typedMailbox(email);
  return { provider, email: mailbox, isEmailVerified: isEmailVerified && mailbox !== null, name };
}

function linkOnPurpose(
  { linkTo, owner }: { readonly linkTo: LinkTo; readonly owner: AccountId | null },
  port: JudgingPort,
): Judged {
  const { account, provenAtMs } = linkTo;
  if (port.nowMs() - provenAtMs > PROVEN_WITHIN_MS) return { kind: 'link_too_late' };
  if (owner === null) return { kind: 'to_add', to: { kind: 'existing', account, asFirst: false } };
  return owner === account ? { kind: 'known', account } : { kind: 'belongs_to_another' };
}

/** The one account whose verified address this is; null: nobody's, or several people's. */
async function hinted(vouched: Vouched, { ledger, approverAt }: JudgingPort): Promise<AccountId | null> {
  const { email, isEmailVerified } = factsOf(vouched);
  if (email === null || !isEmailVerified) return null;
  const approver = approverAt(email);
  const found = new Set([...(await ledger.accountsAt(email)), ...(approver === null ? [] : [approver])]);
  const [only] = found;
  return found.size === 1 ? (only ?? null) : null;
}

function isAuthoritative(vouched: Vouched): boolean {
  const domain = factsOf(vouched).email?.split('@')[1];
  return domain !== undefined && vouched.authoritativeFor.includes(domain);
}

function ownAccount(vouched: Vouched, { random }: JudgingPort): CredentialFor {
  const { email, name } = factsOf(vouched);
  const account = random.id() as AccountId;
  return { kind: 'new', account, name: name ?? email ?? account };
}

async function add(vouched: Vouched, to: CredentialFor, { ledger, service }: JudgingPort): Promise<LoggedIn> {
  const { issuer, subject } = vouched;
  const facts = factsOf(vouched);
  const added = await ledger.addCredential(
    { issuer, subject, ...facts, to },
    {
      who: to.account,
      what: to.kind === 'new' ? 'account_created' : 'credential_linked',
      surface: service === undefined ? 'page' : 'service',
      site: null,
      address: null,
      detail: { provider: facts.provider, issuer, subject, ...(service === undefined ? {} : { service }) },
    },
  );
  switch (added.kind) {
    case 'added':
      return { kind: to.kind === 'new' ? 'created' : 'linked', account: to.account };
    case 'disabled':
      return { kind: 'disabled' };
    case 'not_first':
      return { kind: 'prove_first' };
    case 'taken':
      // the same person, in two tabs at once, or somebody else was quicker
      if (to.kind === 'existing' && added.by !== to.account) return { kind: 'belongs_to_another' };
      return { kind: 'known', account: added.by };
  }
}
