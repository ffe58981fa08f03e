/**
 * Who carries our mails, and from which addresses they go: providers and the mailboxes that we send from. They come from the
 * environment (the provider `env`), from `sites.toml` (declared) and from the database (stored); whoever sends sees one list.
 */
import type { Secret } from '../base/crypto/secret.js';
import type { SmtpEndpoint, SmtpSecretPurpose } from '../base/net/smtp-endpoint.js';

/** Where a record comes from. Only what is stored may be changed by command or in the console. */
export type MailOrigin = 'env' | 'declared' | 'stored';

export type MailState = 'active' | 'paused';

export type MailRecordKind = 'provider' | 'mailbox';

export type MailSecretPurpose = SmtpSecretPurpose | 'graph.client_secret' | 'graph.certificate';

/** Which secrets go with it `smtpSecretsOf` says. */
export type { SmtpEndpoint };

/** Client credentials: the secret `graph.certificate` where there is one, otherwise `graph.client_secret`. */
export interface GraphEndpoint {
  readonly tenant: string;
  readonly clientId: string;
  /** Microsoft's own, or another one; without a slash at its end. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
}

/** What differs from the defaults of the policy, table by table, as it was written: `{ throttle: { per_minute: 20 } }`. */
export type MailPolicyChanges = Readonly<Record<string, unknown>>;

interface ProviderFacts {
  /** Unique among all origins; `env` is the environment's. */
  readonly name: string;
  readonly policy: MailPolicyChanges;
  readonly state: MailState;
  /** In an operator's words, or a short code of ours. */
  readonly pausedReason: string | null;
  readonly origin: MailOrigin;
  /** Grows with every change of the record, and with every new secret: what was opened for another version is out of date. */
  readonly version: number;
}

export type MailProvider =
  | (ProviderFacts & { readonly kind: 'smtp'; readonly endpoint: SmtpEndpoint })
  | (ProviderFacts & { readonly kind: 'graph'; readonly endpoint: GraphEndpoint });

/** An address that we send from. Both lists empty: for everything. */
export interface SenderMailbox {
  /** In the form of `sameMailbox`; unique among all origins. */
  readonly address: string;
  /** Empty: the address alone. */
  readonly displayName: string;
  /** The provider's name. */
  readonly provider: string;
  /** Sites by their keys. */
  readonly sites: readonly string[];
  readonly producers: readonly string[];
  /** The lower goes first. */
  readonly priority: number;
  readonly state: MailState;
  readonly pausedReason: string | null;
  readonly origin: MailOrigin;
}

/** What one origin has to say: of the environment, and of `sites.toml` as it was read last. */
export interface MailSource {
  readonly providers: readonly MailProvider[];
  readonly mailboxes: readonly SenderMailbox[];
  /** Null: it has none for this purpose. */
  secret(provider: string, purpose: MailSecretPurpose): Secret | null;
}

/** All origins as one. Answers come from memory, read anew after every change; rejects with `LedgerUnavailable`. */
export interface MailRecords {
  providers(): Promise<readonly MailProvider[]>;
  mailboxes(): Promise<readonly SenderMailbox[]>;
  /** The active one. Null: there is none, or it does not open; the log and `gate doctor` say which. */
  secret(provider: string, purpose: MailSecretPurpose): Promise<Secret | null>;
  /** Calls whenever records or secrets may have changed, here or in another process. */
  onChange(listener: () => void): void;
}
