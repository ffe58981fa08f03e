/**
 * The ledger's part of the mail records: those that operators made by command or in the console. Each act is one transaction under the
 * lock of its provider or mailbox, with its audit row, which has what was before and after; no secret is in it.
 */
import type { AuditEntry } from './audit-ledger.js';
import type {
  MailPolicyChanges,
  MailProvider,
  MailRecordKind,
  MailSecretPurpose,
  MailState,
  SenderMailbox,
} from './mail-records.js';

interface Stored {
  readonly origin: 'stored';
  readonly createdAtMs: number;
  readonly changedAtMs: number;
}

/** `id` is never given twice, so that a secret that was sealed for a removed provider opens for no later one of its name. */
export type StoredProvider = MailProvider & Stored & { readonly id: number };

export type StoredMailbox = SenderMailbox & Stored & { readonly version: number };

/** An active secret as it is kept; `sealed` is of `provider:<providerId>` and the purpose. */
export interface StoredSecret {
  readonly id: number;
  readonly providerId: number;
  readonly purpose: MailSecretPurpose;
  /** Counts those of this provider and purpose. */
  readonly version: number;
  readonly keyId: string;
  readonly sealed: string;
  readonly createdAtMs: number;
}

/** An operator's pause of a provider or mailbox of the environment or of `sites.toml`, kept by its name. */
export interface MailPause {
  readonly what: MailRecordKind;
  readonly name: string;
  readonly reason: string;
}

export interface StoredMailRecords {
  /** By name, by address, and secrets by id. */
  readonly providers: readonly StoredProvider[];
  readonly mailboxes: readonly StoredMailbox[];
  readonly secrets: readonly StoredSecret[];
  /** Of records that are not stored. */
  readonly pauses: readonly MailPause[];
  /** The database's clock. */
  readonly nowMs: number;
}

export type NewProvider = Pick<MailProvider, 'name' | 'policy'> &
  (
    | Pick<Extract<MailProvider, { readonly kind: 'smtp' }>, 'kind' | 'endpoint'>
    | Pick<Extract<MailProvider, { readonly kind: 'graph' }>, 'kind' | 'endpoint'>
  );

export type NewMailbox = Omit<SenderMailbox, 'origin' | 'state' | 'pausedReason'>;

/** `version`: the one that was read; where the record has another by now, nothing changes. */
interface Versioned {
  readonly version: number;
}

export interface MailStateChange {
  /** A provider's name or a mailbox's address. */
  readonly of: string;
  readonly state: MailState;
  /** Null where it is resumed. */
  readonly reason: string | null;
}

export type MailChanged<Of> =
  | { readonly kind: 'done'; readonly record: Of }
  /** There is none of this name among the stored ones. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'taken' }
  /** Somebody else changed it meanwhile. */
  | { readonly kind: 'outdated' }
  /** It is paused already, or not paused. */
  | { readonly kind: 'as_it_is' }
  /** The stored provider that a mailbox is to use is gone. */
  | { readonly kind: 'no_provider' }
  /** These mailboxes send through it. */
  | { readonly kind: 'used'; readonly by: readonly string[] };

export interface MailLedger {
  records(): Promise<StoredMailRecords>;
  addProvider(input: NewProvider, audit: AuditEntry): Promise<MailChanged<StoredProvider>>;
  changeProvider(
    input: Versioned & {
      readonly name: string;
      readonly endpoint: MailProvider['endpoint'];
      readonly policy: MailPolicyChanges;
    },
    audit: AuditEntry,
  ): Promise<MailChanged<StoredProvider>>;
  /** Resuming one that refuses us ends that, too, whether it is paused besides or not. */
  setProviderState(input: MailStateChange, audit: AuditEntry): Promise<MailChanged<StoredProvider>>;
  /** The same of a provider or a mailbox that is not stored. False: it is paused already, or neither paused nor refusing. */
  setStateByName(input: MailStateChange & { readonly what: MailRecordKind }, audit: AuditEntry): Promise<boolean>;
  /** Something about the provider has changed: where it refuses us, the next mail finds out at once whether it still does. */
  probeNow(provider: string): Promise<void>;
  /** With its secrets, and what is known of its refusal. */
  removeProvider(name: string, audit: AuditEntry): Promise<MailChanged<StoredProvider>>;
  /** `isProviderStored`: the provider is one of the ledger's own, which must be there still. */
  addMailbox(
    input: NewMailbox & { readonly isProviderStored: boolean },
    audit: AuditEntry,
  ): Promise<MailChanged<StoredMailbox>>;
  changeMailbox(
    input: NewMailbox & Versioned & { readonly isProviderStored: boolean },
    audit: AuditEntry,
  ): Promise<MailChanged<StoredMailbox>>;
  setMailboxState(input: MailStateChange, audit: AuditEntry): Promise<MailChanged<StoredMailbox>>;
  removeMailbox(address: string, audit: AuditEntry): Promise<MailChanged<StoredMailbox>>;
  /** Takes the place of the active one, whose sealed text is erased. */
  putSecret(
    input: Pick<StoredSecret, 'providerId' | 'purpose' | 'sealed' | 'keyId'>,
    audit: AuditEntry,
  ): Promise<MailChanged<StoredSecret>>;
  removeSecret(
    input: Pick<StoredSecret, 'providerId' | 'purpose'>,
    audit: AuditEntry,
  ): Promise<MailChanged<StoredSecret>>;
  /** Puts the same secret sealed under another key in the place of `from`; false: it is not active any more, or was sealed anew. */
  rewrapSecret(
    input: Pick<StoredSecret, 'id' | 'sealed' | 'keyId'> & { readonly from: string },
    audit: AuditEntry,
  ): Promise<boolean>;
}
