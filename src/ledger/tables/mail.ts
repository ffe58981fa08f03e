/** Providers that carry mails, the mailboxes that we send from, and the secrets by which we sign in at a provider. */
import type { MailProvider, MailRecordKind, MailSecretPurpose, MailState } from '../../contract/mail-records.js';
import { bigint, integer, maybe, serial, table, text, textOf, type RowOf } from './columns.js';

const record = {
  state: textOf<MailState>(),
  paused_reason: maybe(text),
  version: integer,
  created_at: bigint,
  changed_at: bigint,
} as const;

export const mailProviders = table('mail_providers', {
  columns: {
    id: serial,
    name: text,
    kind: textOf<MailProvider['kind']>(),
    /** JSON, both; no secret is in them. */
    endpoint: text,
    policy: text,
    ...record,
  },
  indices: [{ name: 'mail_providers_name', columns: ['name'], unique: true }],
});

export type MailProviderRow = RowOf<typeof mailProviders>;

export const mailboxes = table('mailboxes', {
  columns: {
    address: { ...text, primary: true },
    display_name: text,
    /** A name: the provider may be of the environment or of `sites.toml`. */
    provider: text,
    /** JSON, both. */
    sites: text,
    producers: text,
    priority: integer,
    ...record,
  },
  indices: [{ name: 'mailboxes_provider', columns: ['provider'] }],
});

export type MailboxRow = RowOf<typeof mailboxes>;

/** Providers and mailboxes of the environment and of `sites.toml` that an operator paused, by their names. */
export const mailPauses = table('mail_pauses', {
  columns: {
    what: { ...textOf<MailRecordKind>(), primary: true },
    name: { ...text, primary: true },
    reason: text,
    since_at: bigint,
    paused_by: text,
  },
});

export type MailPauseRow = RowOf<typeof mailPauses>;

/** Of those that were replaced or removed the text is erased; that they were there stays known. */
export const providerSecrets = table('provider_secrets', {
  columns: {
    id: serial,
    provider_id: integer,
    purpose: textOf<MailSecretPurpose>(),
    version: integer,
    key_id: text,
    sealed: maybe(text),
    is_active: integer,
    created_at: bigint,
  },
  indices: [
    { name: 'provider_secrets_version', columns: ['provider_id', 'purpose', 'version'], unique: true },
    { name: 'provider_secrets_active', columns: ['provider_id', 'purpose'], unique: true, where: 'is_active = 1' },
  ],
});

export type ProviderSecretRow = RowOf<typeof providerSecrets>;
