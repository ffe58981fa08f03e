/**
 * Mail providers, mailboxes and secrets as the admin plane offers them to operators: JSON both ways under `/api/mail`, `gate mail`, and the
 * page `/mail`. Fields have the names of `[mail.providers.<name>]` in `sites.toml`. No answer has a secret in it.
 */
import type {
  MailOrigin,
  MailPolicyChanges,
  MailProvider,
  MailSecretPurpose,
  MailState,
  SenderMailbox,
} from './mail-records.js';
import type { OperatorsAct } from './operators-queue.js';

interface RecordLine {
  readonly state: MailState;
  readonly pausedReason: string | null;
  readonly origin: MailOrigin;
  /** ISO 8601; null, as the version of a mailbox: it is not stored. */
  readonly createdAt: string | null;
  readonly changedAt: string | null;
}

/** `GET /api/mail/providers` answers `{ providers: MailProviderLine[] }`, `GET /api/mail/providers/<name>` one. */
export interface MailProviderLine extends RecordLine {
  readonly name: string;
  readonly kind: 'smtp' | 'graph';
  /** Its fields, by the names that `sites.toml` has for them. */
  readonly endpoint: GivenFields;
  readonly policy: MailPolicyChanges;
  readonly version: number;
  /** The addresses that send through it. */
  readonly mailboxes: readonly string[];
  readonly secrets: readonly MailSecretLine[];
  /** Secrets without which it cannot send, and that it has not. */
  readonly lacks: readonly MailSecretPurpose[];
  /** It refuses us: one mail at a time finds out whether it still does. Null: not as far as is known. */
  readonly refusal: { readonly reason: string; readonly since: string; readonly probeAt: string } | null;
}

/** `GET /api/mail/mailboxes` answers `{ mailboxes: MailboxLine[] }`, `GET /api/mail/mailboxes/<address>` one. */
export interface MailboxLine extends RecordLine {
  readonly address: string;
  /** Beside the address; empty: none. */
  readonly name: string;
  readonly provider: string;
  readonly sites: readonly string[];
  readonly producers: readonly string[];
  readonly priority: number;
  readonly version: number | null;
}

/** Everything that is known of a secret but the secret. `GET /api/mail/secrets` answers `{ secrets: MailSecretLine[] }`. */
export interface MailSecretLine {
  readonly provider: string;
  readonly purpose: MailSecretPurpose;
  readonly origin: MailOrigin;
  /** Null, as all that follow, where it is not stored. */
  readonly version: number | null;
  readonly keyId: string | null;
  readonly createdAt: string | null;
  readonly ageSeconds: number | null;
  /** Why it does not open; null: it does. */
  readonly fault: 'format' | 'key unknown' | 'not authentic' | null;
}

export interface WrongField {
  /** `endpoint` fields by their own name, of the policy `policy.throttle.per_minute`; empty: all of them. */
  readonly field: string;
  /** What is wrong, and what to do. It never quotes a secret. */
  readonly problem: string;
}

export type MailRefusal =
  | { readonly kind: 'bad_fields'; readonly wrong: readonly WrongField[] }
  | { readonly kind: 'unknown_provider' | 'unknown_mailbox' | 'unknown_secret'; readonly nearest: string | null }
  /** It is of the environment or of `sites.toml`, and changed there. */
  | { readonly kind: 'read_only'; readonly origin: Exclude<MailOrigin, 'stored'> }
  | { readonly kind: 'name_taken' | 'outdated' | 'already_paused' | 'not_paused' }
  | { readonly kind: 'provider_used'; readonly by: readonly string[] }
  /** This process has no channel that sends mail. */
  | { readonly kind: 'no_channel' };

export type MailActed<Line> = { readonly kind: 'done'; readonly record: Line } | MailRefusal;

/** `POST /api/mail/providers/<name>/test` and `…/mailboxes/<address>/test` with `{ operator, to }`: one real mail, or a sign-in alone. */
export interface MailTestLine {
  readonly isOk: boolean;
  readonly provider: string;
  /** Null: signed in without sending. */
  readonly to: string | null;
  /** What the server answered: `accepted`, `smtp_535`, a sentence of the sign-in. Never the server's own text. */
  readonly detail: string;
  readonly cure: string;
  readonly tookMs: number;
  /** The provider had refused us, and what waited because of that goes on. */
  readonly isResumed?: true;
}

/** Tries a provider as it is configured now, whether it is paused or not. */
export interface MailProbe {
  /** `to` null: signs in, and sends nothing. `mailbox` null: the provider has none, so that nothing can be sent. */
  test(
    of: { readonly provider: MailProvider; readonly mailbox: SenderMailbox | null; readonly to: string | null },
    signal: AbortSignal,
  ): Promise<Pick<MailTestLine, 'isOk' | 'detail' | 'cure' | 'isResumed'>>;
}

export interface HiddenRecord {
  readonly kind: 'provider' | 'mailbox';
  /** Its name, or its address. */
  readonly name: string;
  /** Whose record is used. */
  readonly by: Exclude<MailOrigin, 'stored'>;
}

/** What came over the wire, still unchecked: every wrong field is answered. */
export type GivenFields = Readonly<Record<string, unknown>>;

export interface OperatorsMail {
  providers(): Promise<readonly MailProviderLine[]>;
  mailboxes(): Promise<readonly MailboxLine[]>;
  /** Stored records that are passed over, because the environment or `sites.toml` has their name or address. */
  hidden(): Promise<readonly HiddenRecord[]>;
  secrets(): Promise<readonly MailSecretLine[]>;
  /** `name`, `kind`, the endpoint's fields and `policy`. */
  addProvider(given: GivenFields, act: OperatorsAct): Promise<MailActed<MailProviderLine>>;
  /** What is given takes the place of what was; with `version`, only of that one. */
  updateProvider(name: string, given: GivenFields, act: OperatorsAct): Promise<MailActed<MailProviderLine>>;
  pauseProvider(name: string, given: GivenFields, act: OperatorsAct): Promise<MailActed<MailProviderLine>>;
  resumeProvider(name: string, act: OperatorsAct): Promise<MailActed<MailProviderLine>>;
  removeProvider(name: string, act: OperatorsAct): Promise<MailActed<MailProviderLine>>;
  addMailbox(given: GivenFields, act: OperatorsAct): Promise<MailActed<MailboxLine>>;
  updateMailbox(address: string, given: GivenFields, act: OperatorsAct): Promise<MailActed<MailboxLine>>;
  pauseMailbox(address: string, given: GivenFields, act: OperatorsAct): Promise<MailActed<MailboxLine>>;
  resumeMailbox(address: string, act: OperatorsAct): Promise<MailActed<MailboxLine>>;
  removeMailbox(address: string, act: OperatorsAct): Promise<MailActed<MailboxLine>>;
  /** `provider`, `purpose` and `secret`: the new one takes the place of the one before. */
  putSecret(given: GivenFields, act: OperatorsAct): Promise<MailActed<MailSecretLine>>;
  removeSecret(given: GivenFields, act: OperatorsAct): Promise<MailActed<MailSecretLine>>;
  /** `of`: a provider's name or a mailbox's address. */
  test(of: MailTestOf, given: GivenFields, act: OperatorsAct): Promise<MailActed<MailTestLine>>;
}

export type MailTestOf = { readonly provider: string } | { readonly mailbox: string };
