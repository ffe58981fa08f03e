/** What all acts on mail records share: the records as they are now, whether they may be changed, and what the ledger answered. */
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import { never } from '../../base/process/never.js';
import { nearest } from '../../base/text/nearest.js';
import type { Directory } from '../../approval/site.js';
import type {
  AuditEntry,
  Ledger,
  MailChanged,
  MailLedger,
  StoredMailbox,
  StoredProvider,
} from '../../contract/ledger.js';
import type { MailSource } from '../../contract/mail-records.js';
import type { GivenFields, MailRefusal } from '../../contract/operators-mail.js';
import type { OperatorsAct } from '../../contract/operators-queue.js';
import type { KeyRing } from '../secrets/sealed-secret.js';
import { merged } from './mail-records.js';
import { refusalsIn, type Read } from './record-lines.js';
import { whole } from './wrong-fields.js';

export interface ActingDeps {
  readonly ledger: Pick<Ledger, 'mail' | 'audit'> & {
    readonly deliveries: Pick<Ledger['deliveries'], 'providerGates' | 'pauses'>;
  };
  readonly ring: KeyRing;
  readonly sources: () => readonly MailSource[];
  readonly directory: () => Pick<Directory, 'sites' | 'siteOf' | 'producers'>;
  readonly random: Pick<Random, 'hex'>;
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
}

export async function readAll({ ledger, ring, sources }: ActingDeps): Promise<Read> {
  const [stored, gates, pauses] = await Promise.all([
    ledger.mail.records(),
    ledger.deliveries.providerGates(),
    ledger.deliveries.pauses(),
  ]);
  return { sources: sources(), stored, ring, refusals: refusalsIn(gates, pauses) };
}

export function auditOf({ who, surface }: OperatorsAct, what: string): AuditEntry {
  return { who, what, surface, site: null, address: null, detail: {} };
}

/** The stored provider of this name, or why it may not be changed. */
export function storedProviderOf(
  read: Read,
  name: string,
): { readonly kind: 'stored'; readonly record: StoredProvider } | MailRefusal {
  const { providers } = merged(read.sources, read.stored);
  const found = providers.find((one) => one.name === name);
  if (found === undefined)
    return unknown(
      'unknown_provider',
      name,
      providers.map((one) => one.name),
    );
  if (found.origin !== 'stored') return { kind: 'read_only', origin: found.origin };
  return { kind: 'stored', record: found as StoredProvider };
}

export function storedMailboxOf(
  read: Read,
  address: string,
): { readonly kind: 'stored'; readonly record: StoredMailbox } | MailRefusal {
  const { mailboxes } = merged(read.sources, read.stored);
  const found = mailboxes.find((one) => one.address === address);
  if (found === undefined)
    return unknown(
      'unknown_mailbox',
      address,
      mailboxes.map((one) => one.address),
    );
  if (found.origin !== 'stored') return { kind: 'read_only', origin: found.origin };
  return { kind: 'stored', record: found as StoredMailbox };
}

/**
 * Pausing and resuming are an operator's acts and no changes of the record: of one that is not stored the ledger keeps them by its name.
 * Null: done.
 */
export async function setStateByName(
  { ledger }: ActingDeps,
  change: Parameters<MailLedger['setStateByName']>[0],
  audit: AuditEntry,
): Promise<MailRefusal | null> {
  const isDone = await ledger.mail.setStateByName(change, audit);
  const { what, state } = change;
  return isDone ? null : refusalOf({ kind: 'as_it_is' }, { missing: `unknown_${what}`, state });
}

export function unknown(
  kind: 'unknown_provider' | 'unknown_mailbox' | 'unknown_secret',
  typed: string,
  known: readonly string[],
): MailRefusal {
  return { kind, nearest: nearest(typed, known) };
}

/** `version` of what is given, where it is: the record must still have it. The other fields by themselves. */
export function versionIn(
  { version, ...rest }: GivenFields,
  record: { readonly version: number },
): { readonly version: number; readonly rest: GivenFields } | MailRefusal {
  if (version === undefined) return { version: record.version, rest };
  const read = whole(1, Number.MAX_SAFE_INTEGER).safeParse(version);
  if (read.success) return { version: read.data, rest };
  return { kind: 'bad_fields', wrong: [{ field: 'version', problem: 'must be the version that was read' }] };
}

/** What the ledger did not do, in the admin plane's words. `state`: what was wished for. */
export function refusalOf(
  changed: Exclude<MailChanged<unknown>, { readonly kind: 'done' }>,
  of: {
    readonly missing: 'unknown_provider' | 'unknown_mailbox' | 'unknown_secret';
    readonly state?: 'active' | 'paused';
  },
): MailRefusal {
  switch (changed.kind) {
    case 'missing':
      return { kind: of.missing, nearest: null };
    case 'taken':
      return { kind: 'name_taken' };
    case 'as_it_is':
      return { kind: of.state === 'active' ? 'not_paused' : 'already_paused' };
    case 'used':
      return { kind: 'provider_used', by: changed.by };
    case 'no_provider':
      return { kind: 'bad_fields', wrong: [{ field: 'provider', problem: 'was removed meanwhile' }] };
    case 'outdated':
      return { kind: 'outdated' };
    default:
      return never(changed);
  }
}
