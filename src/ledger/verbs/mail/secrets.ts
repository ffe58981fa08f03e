/** Providers' secrets, as they come sealed. One of a purpose is active; the text of those that are not is erased. */
import type { AuditEntry, MailChanged, MailLedger, StoredMailRecords, StoredSecret } from '../../../contract/ledger.js';
import { insertInto } from '../../tables/insert.js';
import {
  providerSecrets,
  type MailboxRow,
  type MailPauseRow,
  type MailProviderRow,
  type ProviderSecretRow,
} from '../../tables/mail.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';
import { probeNow } from '../deliveries/mail/gates.js';
import { changed, type Said } from './changes.js';
import { storedMailbox } from './mailboxes.js';
import { holdProvider, storedProvider, update } from './providers.js';

type Changed = MailChanged<StoredSecret>;
type PutInput = Parameters<MailLedger['putSecret']>[0];
type RemoveInput = Parameters<MailLedger['removeSecret']>[0];
type RewrapInput = Parameters<MailLedger['rewrapSecret']>[0];

export function* mailRecords(): UnitOfWork<StoredMailRecords> {
  const providers = yield* rows<MailProviderRow>(sql`SELECT * FROM mail_providers ORDER BY name`);
  const boxes = yield* rows<MailboxRow>(sql`SELECT * FROM mailboxes ORDER BY address`);
  const secrets = yield* rows<ProviderSecretRow>(sql`SELECT * FROM provider_secrets WHERE is_active = 1 ORDER BY id`);
  const pauses = yield* rows<MailPauseRow>(sql`SELECT * FROM mail_pauses ORDER BY what, name`);
  const clock = yield* row<{ now_ms: number }>(sql`SELECT ${now} AS now_ms`);
  return {
    providers: providers.map(storedProvider),
    mailboxes: boxes.map(storedMailbox),
    secrets: secrets.map(storedSecret),
    pauses: pauses.map(({ what, name, reason }) => ({ what, name, reason })),
    nowMs: clock?.now_ms ?? 0,
  };
}

export function* putSecret({ providerId, purpose, sealed, keyId }: PutInput, audit: AuditEntry): UnitOfWork<Changed> {
  const provider = yield* holdProvider(sql`id = ${whole(providerId)}`);
  if (provider === null) return { kind: 'missing' };
  const before = yield* retire({ providerId, purpose });
  const version = sql`(
    SELECT coalesce(max(version), 0) + 1 FROM provider_secrets
    WHERE provider_id = ${whole(providerId)} AND purpose = ${purpose})`;
  const secret = { provider_id: providerId, purpose, version, key_id: keyId, sealed, is_active: 1, created_at: now };
  const after = yield* row<ProviderSecretRow>(sql`${insertInto(providerSecrets, secret)} RETURNING *`);
  if (after === null) throw new Error('a secret was just written');
  yield* told(provider, { purpose, before, after }, audit);
  return { kind: 'done', record: storedSecret(after) };
}

export function* removeSecret(input: RemoveInput, audit: AuditEntry): UnitOfWork<Changed> {
  const provider = yield* holdProvider(sql`id = ${whole(input.providerId)}`);
  const before = provider === null ? null : yield* retire(input);
  if (provider === null || before === null) return { kind: 'missing' };
  yield* told(provider, { purpose: input.purpose, before, after: null }, audit);
  return { kind: 'done', record: storedSecret(before) };
}

export function* rewrapSecret({ id, from, sealed, keyId }: RewrapInput, audit: AuditEntry): UnitOfWork<boolean> {
  const rewrapped = yield* row<ProviderSecretRow>(sql`
    UPDATE provider_secrets SET sealed = ${sealed}, key_id = ${keyId}
    WHERE id = ${whole(id)} AND is_active = 1 AND sealed = ${from} RETURNING *`);
  if (rewrapped === null) return false;
  const [, before = ''] = from.split('.');
  const of = { secret: id, purpose: rewrapped.purpose };
  yield* changed({ of, before: { keyId: before }, after: { keyId } }, audit);
  return true;
}

/** Null: none was active. */
function* retire({ providerId, purpose }: RemoveInput): UnitOfWork<ProviderSecretRow | null> {
  return yield* row<ProviderSecretRow>(sql`
    UPDATE provider_secrets SET is_active = 0, sealed = NULL
    WHERE provider_id = ${whole(providerId)} AND purpose = ${purpose} AND is_active = 1 RETURNING *`);
}

/** The provider is another version now: whoever is signed in there signs in anew. */
function* told(
  provider: MailProviderRow,
  { purpose, before, after }: { purpose: string; before: ProviderSecretRow | null; after: ProviderSecretRow | null },
  audit: AuditEntry,
): UnitOfWork<void> {
  yield* update(provider, sql`name = name`);
  if (after !== null) yield* probeNow(provider.name);
  yield* changed({ of: { provider: provider.name, purpose }, before: said(before), after: said(after) }, audit);
}

function said(secret: ProviderSecretRow | null): Said {
  return secret === null ? null : { version: secret.version, keyId: secret.key_id };
}

const kept = mapper(providerSecrets, 'id', 'provider_id', 'purpose', 'version', 'key_id', 'created_at');

function storedSecret(secret: ProviderSecretRow): StoredSecret {
  return { ...kept(secret), sealed: secret.sealed ?? '' };
}
