/** Mails links to whoever asks for one: how many, to whom, and that how long the answer takes tells nothing of it. */
import type { AccountId, ApproverId, ChannelName, RequestId } from '../../approval/brand.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import { canonicalAddress } from '../../base/net/address.js';
import { sameMailbox } from '../../base/net/mailbox.js';
import { networkOf } from '../../base/net/network-of.js';
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { AttemptLimit } from '../../contract/attempt-limit.js';
import type { IdentityLedger } from '../../contract/identity-ledger.js';
import type { Messages, QueuedMessage } from '../../contract/message.js';
import type { Accounts } from '../accounts/accounts.js';
import type { SignedInWhere } from '../sessions/sessions.js';
import { LINK_TTL_SECONDS } from './sign-in-links.js';
import { signInMail } from './sign-in-mail.js';
import { isSecret, newSecret } from '../secret.js';

/** Whom a link is mailed to: who has this mailbox, or whom a request asked. Who is nobody gets none, and the answer does not tell. */
export type MailTo =
  | { readonly by: 'mailbox'; readonly mailbox: string }
  | { readonly by: 'request'; readonly request: RequestId; readonly approvers: readonly ApproverId[] }
  | { readonly by: 'nobody' };

/** Who asks for a mail: as they are told of, and the network by which their mails are counted. */
interface Asker extends SignedInWhere {
  readonly network: string;
  /** What their browser holds from asking before. */
  readonly browserSecret: string | undefined;
}

export interface Mailing {
  /**
   * Answers the secret that the browser that asked is to hold; null: too much was asked for from there. Mails are queued after the
   * answer, so that how long it takes tells nothing.
   */
  ask(to: MailTo, asker: Asker): Promise<string | null>;
  /** Resolves when every mail that was asked for is queued. */
  settle(): Promise<void>;
}

export interface MailingDeps {
  readonly ledger: Pick<IdentityLedger, 'takeAttempt' | 'mailSignInLinks' | 'signedInFrom'>;
  readonly accounts: Accounts;
  readonly messages: Pick<Messages, 'prepare'>;
  /** Carries the mails. */
  readonly channel: ChannelName;
  readonly random: Pick<Random, 'hex'>;
  readonly log: Pick<Log, 'warn'>;
  /** Too many were asked for this account's mailbox, from this address, so that no link was mailed. */
  readonly onFull: (asked: { readonly account: AccountId; readonly address: string }) => void;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

const HOUR_SECONDS = 3_600;
/** So that nobody's mailbox is filled by strangers. */
const MAX_MAILS_AN_HOUR = 5;
/** Of these, from one network from which the account has signed in lately, for whoever names the mailbox. */
const MAX_MAILS_OF_ONE_NETWORK = 3;
/**
 * Of these, from all networks together from which the account has not signed in lately: however many a stranger has, two are left for
 * whoever asks from a network that knows them.
 */
const MAX_MAILS_OF_NEW_NETWORKS = 3;
/** By the link of one request, so that colleagues who press it do not use up each other's. */
const MAX_MAILS_ABOUT_ONE_REQUEST = 2;
/** By the links of all requests together: as many as strangers may, so that two are left for whoever names the mailbox. */
const MAX_MAILS_BY_REQUESTS = 3;
/** From one network, whosever mailboxes are named: offices share one. */
const MAX_ASKED_AN_HOUR = 30;
type Link = Parameters<IdentityLedger['mailSignInLinks']>[0]['links'][number];

export function createMailing(deps: MailingDeps): Mailing {
  const { ledger, accounts, random, log, onFull } = deps;
  const underWay = new Set<Promise<void>>();

  async function mail(to: MailTo, asker: Asker, browser: string): Promise<void> {
    const ids = idsOf(to, accounts);
    if (ids.length === 0) return;
    const knownTo = knowing(asker, await ledger.signedInFrom(ids));
    const links = ids.flatMap((id) => linkFor(id, { to, asker, isKnownPlace: knownTo.has(id) }, deps));
    if (links.length === 0) return;
    const { address, browser: askedBy } = asker;
    const asked = { browser: sha256Hex(browser), address, askedBy, ttlSeconds: LINK_TTL_SECONDS, links };
    const mailed = await ledger.mailSignInLinks(asked, auditOf(address));
    for (const { account } of links.filter((link) => !mailed.includes(link.account))) onFull({ account, address });
  }

  return {
    async ask(to, asker) {
      const limit = { max: MAX_ASKED_AN_HOUR, windowSeconds: HOUR_SECONDS };
      if (!(await ledger.takeAttempt({ key: `sign-in mail from ${asker.network}`, ...limit }))) return null;
      const { browserSecret: held } = asker;
      // a browser that asks again keeps what it holds: the links that it asked for before still sign it in
      const browser = isSecret(held) ? held : newSecret(random);
      const mailing = mail(to, asker, browser)
        .catch((error: unknown) => log.warn('a sign-in link could not be mailed', { error: safeStack(error) }))
        .finally(() => underWay.delete(mailing));
      underWay.add(mailing);
      return browser;
    },

    async settle() {
      await Promise.all(underWay);
    },
  };
}

function idsOf(to: MailTo, accounts: Accounts): readonly AccountId[] {
  if (to.by === 'nobody') return [];
  if (to.by === 'request') return to.approvers.map((approver) => approver as string as AccountId);
  const account = accounts.at(to.mailbox);
  return account === null ? [] : [account.id];
}

/** The accounts that have signed in from the asker's network. */
function knowing({ network }: Asker, from: Awaited<ReturnType<IdentityLedger['signedInFrom']>>): Set<AccountId> {
  const there = from.filter(({ address }) => networkOf(canonicalAddress(address) ?? address) === network);
  return new Set(there.map(({ account }) => account));
}

interface AskedFor {
  readonly to: MailTo;
  readonly asker: Asker;
  /** Whether the account has signed in from the asker's network lately. */
  readonly isKnownPlace: boolean;
}

/** None where there is no such account, or no mail reaches it. */
function linkFor(id: AccountId, asked: AskedFor, deps: MailingDeps): readonly Link[] {
  const { accounts, random } = deps;
  const address = accounts.find(id) === null ? null : accounts.mailboxOf(id);
  if (address === null) return [];
  const secret = newSecret(random);
  const mail = prepared({ id, address, secret, ...asked }, deps);
  if (mail === null) return [];
  const mailbox = mailboxHash(address);
  return [{ hash: sha256Hex(secret), account: id, mail, mailbox, limits: limitsOf(mailbox, asked) }];
}

/**
 * What one of them refuses is not counted by those behind it: that of new networks comes first, so that what it refuses takes nothing
 * from whoever asks from a known one.
 */
function limitsOf(mailbox: string, { to, asker, isKnownPlace }: AskedFor): readonly AttemptLimit[] {
  const all = `sign-in mail to ${mailbox}`;
  const ofNew = { key: `${all} from new networks`, max: MAX_MAILS_OF_NEW_NETWORKS };
  const ofThisOne = { key: `${all} from ${asker.network}`, max: MAX_MAILS_OF_ONE_NETWORK };
  const limits = [];
  if (!isKnownPlace) limits.push(ofNew);
  else if (to.by !== 'request') limits.push(ofThisOne);
  if (to.by === 'request') {
    limits.push({ key: `${all} about ${to.request}`, max: MAX_MAILS_ABOUT_ONE_REQUEST });
    limits.push({ key: `${all} by requests`, max: MAX_MAILS_BY_REQUESTS });
  }
  limits.push({ key: all, max: MAX_MAILS_AN_HOUR });
  return limits.map((limit) => ({ ...limit, windowSeconds: HOUR_SECONDS }));
}

interface ToMail extends AskedFor {
  readonly id: AccountId;
  readonly address: string;
  readonly secret: string;
}

function prepared({ id, address, secret, to, asker }: ToMail, deps: MailingDeps): QueuedMessage | null {
  const { channel, publicUrl } = deps;
  const message = deps.messages.prepare({
    kind: 'mail',
    channel,
    recipient: { kind: 'mailbox', address },
    about: { kind: 'account', id },
    payload: signInMail({
      host: new URL(publicUrl).host,
      account: id,
      url: `${publicUrl}/sign-in/${secret}`,
      ttlMinutes: LINK_TTL_SECONDS / 60,
      address: asker.address,
      askedBy: asker.browser,
      isForAll: to.by === 'request',
    }),
    giveUpAfterMs: LINK_TTL_SECONDS * 1_000,
    idempotencyKey: sha256Hex(secret),
  });
  return message.kind === 'prepared' ? message.message : null;
}

function auditOf(address: string) {
  return { who: 'visitor', what: 'sign_in_mailed', surface: 'page', site: null, address, detail: {} } as const;
}

export function mailboxHash(address: string | null): string {
  return sha256Hex(sameMailbox(address ?? ''));
}
