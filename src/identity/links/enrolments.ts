/**
 * Enrolment links, for whoever lost everything that they prove themselves by.
 *
 *   made by an operator, and with it every factor and session of the account is gone ──▶ the only way in
 *   ──used once, within 24 h──▶ a session that is led to setting up a passkey or an authenticator app
 */
import type { AccountId, ChannelName } from '../../approval/brand.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import type { AuditEntry, KeptAccount, IdentityLedger } from '../../contract/ledger.js';
import type { IdentityEvent } from '../../contract/identity-event.js';
import type { Messages, QueuedMessage } from '../../contract/message.js';
import type { Account, Accounts } from '../accounts/accounts.js';
import { isSecret, newSecret } from '../secret.js';
import { resetMail } from './reset-mail.js';
import type { Proven } from './sign-in-links.js';

/** Who resets, as the audit names them, and over what. */
type ResetBy = Pick<AuditEntry, 'who' | 'surface' | 'address'>;

export interface EnrolmentLink {
  readonly url: string;
  readonly expiresAtMs: number;
  /** Where the person is told of it; null: no mail reaches them. */
  readonly mailedTo: string | null;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer: nothing was reset or spent then. */
export interface Enrolments {
  /** Null when there is no such account. */
  reset(account: string, by: ResetBy): Promise<EnrolmentLink | null>;
  /** Null when the link is unknown, used, too old, replaced, or of somebody who has no account any more. */
  prove(secret: string): Promise<Proven | null>;
  /** Whether it was one that nobody used in its time. */
  isOver(secret: string): Promise<boolean>;
}

export interface EnrolmentsDeps {
  readonly ledger: Pick<IdentityLedger, 'resetAccount' | 'peekEnrolment' | 'isEnrolmentOver' | 'keptAccounts'>;
  readonly accounts: Accounts;
  readonly onEvent: (event: IdentityEvent) => void;
  /** Absent: no channel sends mail. */
  readonly mail?: { readonly channel: ChannelName; readonly messages: Pick<Messages, 'prepare'> } | undefined;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Pick<Random, 'hex'>;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

const ENROLMENT_TTL_SECONDS = 86_400;
/** The notice may come late, and is of use even then. */
const NOTICE_GIVE_UP_MS = 259_200_000;

export function createEnrolments(deps: EnrolmentsDeps): Enrolments {
  const { ledger, accounts, clock, random, publicUrl } = deps;
  return {
    async reset(id, by) {
      const account = await known(id as AccountId, deps);
      if (account === null) return null;
      const secret = newSecret(random);
      const hash = sha256Hex(secret);
      const address = deps.mail === undefined ? null : accounts.mailboxOf(account.id);
      const notice = address === null ? null : noticeOf({ account: account.id, address, hash, by: by.who }, deps);
      const audit = { ...by, what: 'factors_reset', site: null, detail: { approver: account.id } };
      const expiresAtMs = clock.nowMs() + ENROLMENT_TTL_SECONDS * 1_000;
      await ledger.resetAccount({ account: account.id, hash, ttlSeconds: ENROLMENT_TTL_SECONDS, notice }, audit);
      deps.onEvent({ event: 'auth_gate.factors_reset', account: account.id, by: by.who });
      return { url: `${publicUrl}/sign-in/${secret}`, expiresAtMs, mailedTo: notice === null ? null : address };
    },

    async prove(secret) {
      if (!isSecret(secret)) return null;
      const hash = sha256Hex(secret);
      const found = await ledger.peekEnrolment(hash);
      const account = found === null ? null : accounts.find(found.account, found.kept);
      return account === null ? null : { account, proof: { kind: 'enrolment', hash } };
    },

    isOver: async (secret) => isSecret(secret) && (await ledger.isEnrolmentOver(sha256Hex(secret))),
  };
}

/** One that is disabled, too: it is reset, and its link signs nobody in until it is enabled. */
async function known(id: AccountId, { ledger, accounts }: EnrolmentsDeps): Promise<Account | null> {
  const [one] = await ledger.keptAccounts({ account: id, limit: 1 });
  const kept: KeptAccount | null = one === undefined ? null : { name: one.name, state: 'active' };
  return accounts.find(id, kept);
}

interface Told {
  readonly account: AccountId;
  readonly address: string;
  readonly hash: string;
  readonly by: string;
}

function noticeOf({ account, address, hash, by }: Told, { mail, publicUrl }: EnrolmentsDeps): QueuedMessage | null {
  const message = mail?.messages.prepare({
    kind: 'mail',
    channel: mail.channel,
    recipient: { kind: 'mailbox', address },
    about: { kind: 'account', id: account },
    payload: resetMail({ host: new URL(publicUrl).host, account, by }),
    giveUpAfterMs: NOTICE_GIVE_UP_MS,
    idempotencyKey: hash,
  });
  return message?.kind === 'prepared' ? message.message : null;
}
