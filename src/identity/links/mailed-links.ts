/**
 * Links that are mailed to whoever asks to sign in.
 *
 *   asked for ──opened in the browser that asked, and its button pressed──▶ used, a session in the same commit
 *   asked for ──opened elsewhere, and its button pressed──▶ a number is shown ──typed in the browser that asked──▶ used
 *
 * The browser that asked holds a secret, and only it signs in. So a link that was forwarded, followed by a scanner or asked for by
 * a stranger signs in nobody else; and nobody can guess a number, because there is none until whoever got the mail asks for it.
 */
import { isSameSecret, sha256Hex } from '../../base/crypto/digest.js';
import type { IdentityLedger, MailedLink } from '../../contract/identity-ledger.js';
import type { Account } from '../accounts/accounts.js';
import { createMailing, mailboxHash, type Mailing, type MailingDeps } from './mailing.js';
import type { Proven } from './sign-in-links.js';
import { isSecret } from '../secret.js';

/** A link as its page shows it. */
export interface LookedAt extends Pick<MailedLink, 'askedAtMs' | 'address' | 'askedBy'> {
  readonly account: Account;
  /** Whether this is the browser that asked. */
  readonly isAsker: boolean;
}

/** Secrets are as the link and the cookie hold them. Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface MailedLinks extends Mailing {
  /** Null when the link is unknown, used, too old, or of somebody who has no account or another mailbox now. */
  look(secret: string, browser: string | undefined): Promise<LookedAt | null>;
  /** For the browser that asked; null for every other one. */
  prove(secret: string, browser: string | undefined): Promise<Proven | null>;
  /** Six digits, the same however often they are shown; null when the link cannot be used any more. */
  showNumber(secret: string): Promise<string | null>;
  /** What a number that was typed proves, which is seen as a session is started by it. Null: it is no number, or no browser that asked. */
  numberProof(typed: string, browser: string | undefined): Proven['proof'] | null;
}

export interface MailedLinksDeps extends MailingDeps {
  readonly ledger: MailingDeps['ledger'] & Pick<IdentityLedger, 'peekMailedLink' | 'showNumber'>;
}

const NUMBER_DIGITS = 6;
/** The digits of a number may be typed in groups. */
const TYPED_NUMBER = /^[0-9]{6}$/;

export function createMailedLinks(deps: MailedLinksDeps): MailedLinks {
  const { ledger, accounts } = deps;

  async function live(secret: string): Promise<LiveLink | null> {
    if (!isSecret(secret)) return null;
    const hash = sha256Hex(secret);
    const link = await ledger.peekMailedLink(hash);
    const whose = link === null ? null : accounts.find(link.account);
    if (link === null || whose === null || mailboxHash(accounts.mailboxOf(whose.id)) !== link.mailbox) return null;
    return { ...link, hash, whose };
  }

  return {
    ...createMailing(deps),

    async look(secret, browser) {
      const link = await live(secret);
      if (link === null) return null;
      const { whose: account, askedAtMs, address, askedBy } = link;
      return { account, askedAtMs, address, askedBy, isAsker: isAsker(link, browser) };
    },

    async prove(secret, browser) {
      const link = await live(secret);
      if (link === null || !isAsker(link, browser)) return null;
      return { account: link.whose, proof: { kind: 'mailed_link', hash: link.hash, browser: link.browser } };
    },

    async showNumber(secret) {
      const link = await live(secret);
      if (link === null) return null;
      const number = numberOf(secret);
      const isShown = await ledger.showNumber({ hash: link.hash, numberHash: numberHash(number, link.browser) });
      return isShown ? number : null;
    },

    numberProof(typed, browser) {
      const number = typed.replaceAll(/[\s-]/g, '');
      if (!isSecret(browser) || !TYPED_NUMBER.test(number)) return null;
      const asker = sha256Hex(browser);
      return { kind: 'mailed_number', numberHash: numberHash(number, asker), browser: asker };
    },
  };
}

interface LiveLink extends MailedLink {
  readonly hash: string;
  readonly whose: Account;
}

function isAsker({ browser }: MailedLink, presented: string | undefined): boolean {
  return presented !== undefined && isSameSecret(sha256Hex(presented), browser);
}

/** Of the browser that it is for: the same number for another one is another hash. */
function numberHash(number: string, browser: string): string {
  return sha256Hex(`${number} ${browser}`);
}

/** Made of the link's secret, which only whoever got the mail knows. As even as it matters: 2^48 is 281 million times a million. */
function numberOf(secret: string): string {
  const drawn = Number.parseInt(sha256Hex(`number of ${secret}`).slice(0, 12), 16);
  return String(drawn % 10 ** NUMBER_DIGITS).padStart(NUMBER_DIGITS, '0');
}
