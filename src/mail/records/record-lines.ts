/** Mail records as operators see them. */
import { iso } from '../../base/time/iso.js';
import type {
  StoredMailbox,
  StoredMailRecords,
  StoredProvider,
  StoredSecret,
  TransportPause,
} from '../../contract/ledger.js';
import type { MailProvider, MailSource, SenderMailbox } from '../../contract/mail-records.js';
import type { HiddenRecord, MailboxLine, MailProviderLine, MailSecretLine } from '../../contract/operators-mail.js';
import type { ProviderGate } from '../../contract/mail-routing.js';
import type { KeyRing } from '../secrets/sealed-secret.js';
import { lackingIn, purposesOf } from '../secrets/secret-fields.js';
import { openStored } from '../secrets/stored-secrets.js';
import { merged, sourceOf } from './mail-records.js';
import { endpointFields } from './provider-fields.js';

/** What there is at one moment. */
export interface Read {
  readonly sources: readonly MailSource[];
  readonly stored: StoredMailRecords;
  readonly ring: KeyRing;
  /** By the provider's name. */
  readonly refusals: ReadonlyMap<string, MailProviderLine['refusal']>;
}

interface Refusing {
  readonly reason: string;
  readonly sinceMs: number;
  readonly probeAtMs: number;
}

/** Where there is one provider, its refusal is kept as the pause of the whole transport. */
export function refusalsIn(gates: readonly ProviderGate[], pauses: readonly TransportPause[]): Read['refusals'] {
  const ofOne = pauses.flatMap((pause) => (pause.provider === null ? [] : [[pause.provider, pause] as const]));
  const ofSeveral = gates.flatMap(({ provider, pause }) => (pause === null ? [] : [[provider, pause] as const]));
  return new Map([...ofOne, ...ofSeveral].map(([provider, refusing]) => [provider, refusalLine(refusing)]));
}

function refusalLine({ reason, sinceMs, probeAtMs }: Refusing): MailProviderLine['refusal'] {
  return { reason, since: iso(sinceMs), probeAt: iso(probeAtMs) };
}

export function providerLines(read: Read): readonly MailProviderLine[] {
  const { providers } = merged(read.sources, read.stored);
  return providers.map((provider) => providerLine(provider, read));
}

export function mailboxLines(read: Read): readonly MailboxLine[] {
  return merged(read.sources, read.stored).mailboxes.map(mailboxLine);
}

export function hiddenRecords({ sources, stored }: Read): readonly HiddenRecord[] {
  const used = merged(sources, stored);
  return [
    ...stored.providers.flatMap(({ name }) =>
      hiddenBy(used.providers.find((one) => one.name === name)).map((by) => ({ kind: 'provider' as const, name, by })),
    ),
    ...stored.mailboxes.flatMap(({ address: name }) =>
      hiddenBy(used.mailboxes.find(({ address }) => address === name)).map((by) => ({
        kind: 'mailbox' as const,
        name,
        by,
      })),
    ),
  ];
}

function hiddenBy(used: MailProvider | SenderMailbox | undefined): readonly HiddenRecord['by'][] {
  return used === undefined || used.origin === 'stored' ? [] : [used.origin];
}

export function secretLines(read: Read): readonly MailSecretLine[] {
  const { providers } = merged(read.sources, read.stored);
  return providers.flatMap((provider) => secretsOf(provider, read));
}

export function providerLine(provider: MailProvider | StoredProvider, read: Read): MailProviderLine {
  const { name, kind, policy, version } = provider;
  const secrets = secretsOf(provider, read);
  const users = merged(read.sources, read.stored).mailboxes.filter((mailbox) => mailbox.provider === name);
  return {
    name,
    kind,
    endpoint: endpointFields(provider),
    policy,
    version,
    ...recordLine(provider),
    mailboxes: users.map(({ address }) => address),
    secrets,
    lacks: lackingIn(
      provider,
      secrets.map(({ purpose }) => purpose),
    ),
    refusal: read.refusals.get(name) ?? null,
  };
}

export function mailboxLine(mailbox: SenderMailbox | StoredMailbox): MailboxLine {
  const { address, displayName: name, provider, sites, producers, priority } = mailbox;
  const version = 'version' in mailbox ? mailbox.version : null;
  return { address, name, provider, sites, producers, priority, version, ...recordLine(mailbox) };
}

export function secretLine(secret: StoredSecret, provider: string, { ring, stored }: Read): MailSecretLine {
  const { purpose, version, keyId, createdAtMs } = secret;
  const opened = openStored(ring, secret);
  return {
    provider,
    purpose,
    origin: 'stored',
    version,
    keyId,
    createdAt: iso(createdAtMs),
    ageSeconds: Math.max(0, Math.floor((stored.nowMs - createdAtMs) / 1_000)),
    fault: opened.kind === 'refused' ? opened.why : null,
  };
}

function secretsOf(provider: MailProvider | StoredProvider, read: Read): readonly MailSecretLine[] {
  const { name, origin, kind } = provider;
  if ('id' in provider) {
    const own = read.stored.secrets.filter(({ providerId }) => providerId === provider.id);
    return own.map((secret) => secretLine(secret, name, read));
  }
  const source = sourceOf(read.sources, name);
  const given = purposesOf(kind).filter((purpose) => source?.secret(name, purpose) != null);
  const unknown = { version: null, keyId: null, createdAt: null, ageSeconds: null, fault: null };
  return given.map((purpose) => ({ provider: name, purpose, origin, ...unknown }));
}

function recordLine(record: MailProvider | SenderMailbox | StoredProvider | StoredMailbox) {
  const { state, pausedReason, origin } = record;
  const [createdAt, changedAt] =
    'createdAtMs' in record ? [iso(record.createdAtMs), iso(record.changedAtMs)] : [null, null];
  return { state, pausedReason, origin, createdAt, changedAt };
}
