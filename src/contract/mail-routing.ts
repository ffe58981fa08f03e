/** Which mailbox and provider a mail goes out by. `src/mail/selection.ts` chooses, and the ledger writes it on the delivery. */
import type { MailPolicy, MailThrottle } from './mail-policy.js';

/** A way out for a mail. */
export interface MailRoute {
  readonly provider: string;
  /** The address that it goes from. */
  readonly mailbox: string;
}

/** What a mail is of, as far as mailboxes ask. */
export interface MailScope {
  /** Of its request; null: it is of none. */
  readonly site: string | null;
  readonly producer: string | null;
  /** One that whoever queued the mail named; null: any that fits. */
  readonly mailbox: string | null;
}

export interface RoutedMailbox extends MailRoute {
  /** Both empty: for everything. */
  readonly sites: readonly string[];
  readonly producers: readonly string[];
  readonly priority: number;
  /** Neither it nor its provider is paused by an operator, and the provider is there. */
  readonly isActive: boolean;
}

export interface RoutedProvider {
  readonly name: string;
  readonly isActive: boolean;
  readonly throttle: MailThrottle;
  /** A second attempt has no second effect, as far as mailboxes tell by the Message-ID. */
  readonly isIdempotent: boolean;
  /** It never asks to be left alone for a while. */
  readonly isAlwaysOpen: boolean;
  /** Attempts of this process that may run at once. */
  readonly slots: number;
}

/** The records as far as routing goes, as they are now. Plain data. */
export interface MailRoutes {
  readonly providers: readonly RoutedProvider[];
  readonly mailboxes: readonly RoutedMailbox[];
}

/** A provider that is known to be broken, or that takes nothing for now. */
export interface ProviderGate {
  readonly provider: string;
  /** It asked to be left alone until then; null: it did not, or that is over. */
  readonly closedUntilMs: number | null;
  /** It refuses us: one mail at a time finds out whether it works again. */
  readonly pause: { readonly reason: string; readonly sinceMs: number; readonly probeAtMs: number } | null;
}

/** Mails of one scope that are still to go out. */
export interface WaitingMails {
  readonly scope: MailScope;
  readonly count: number;
  /** When the oldest was queued. */
  readonly sinceMs: number;
}

/** What a transport has whose deliveries go out by several providers. */
export interface MailRouting {
  /** Rejects with `LedgerUnavailable`. */
  routes(): Promise<MailRoutes>;
  /** The best way for a mail that no delivery is behind; null: there is none. */
  routeFor(scope: MailScope): Promise<MailRoute | null>;
  /** As the last answer of `routes` had it; null: there was no such provider. */
  policyOf(provider: string): MailPolicy | null;
  isIdempotent(provider: string): boolean;
  /** Calls whenever the answer of `routes` may have changed. */
  onChange(listener: () => void): void;
}
