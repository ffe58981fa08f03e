/** Stored mail providers: made, changed, paused and removed under the lock of their row. */
import type {
  AuditEntry,
  MailChanged,
  MailLedger,
  MailStateChange,
  NewProvider,
  StoredProvider,
} from '../../../contract/ledger.js';
import { insertInto } from '../../tables/insert.js';
import { mailProviders, type MailProviderRow } from '../../tables/mail.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { locked, now, sql, whole, type Sql } from '../../sql.js';
import { endRefusal, forgetGates, probeNow } from '../deliveries/mail/gates.js';
import { changed, type Said } from './changes.js';

export { setStateByName } from './pauses.js';

type Changed = MailChanged<StoredProvider>;
type ChangeInput = Parameters<MailLedger['changeProvider']>[0];

export function* addProvider(input: NewProvider, audit: AuditEntry): UnitOfWork<Changed> {
  const { name, kind } = input;
  const [endpoint, policy] = [JSON.stringify(input.endpoint), JSON.stringify(input.policy)];
  const provider = {
    name,
    kind,
    endpoint,
    policy,
    state: 'active',
    version: 1,
    created_at: now,
    changed_at: now,
  } as const;
  const added = yield* row<MailProviderRow>(
    sql`${insertInto(mailProviders, provider)} ON CONFLICT (name) DO NOTHING RETURNING *`,
  );
  return added === null ? { kind: 'taken' } : yield* done(null, added, audit);
}

export function* changeProvider(input: ChangeInput, audit: AuditEntry): UnitOfWork<Changed> {
  const held = yield* holdProvider(sql`name = ${input.name}`);
  if (held === null) return { kind: 'missing' };
  if (held.version !== input.version) return { kind: 'outdated' };
  yield* probeNow(input.name);
  const [endpoint, policy] = [JSON.stringify(input.endpoint), JSON.stringify(input.policy)];
  return yield* done(held, yield* update(held, sql`endpoint = ${endpoint}, policy = ${policy}`), audit);
}

export function* setProviderState({ of, state, reason }: MailStateChange, audit: AuditEntry): UnitOfWork<Changed> {
  const held = yield* holdProvider(sql`name = ${of}`);
  if (held === null) return { kind: 'missing' };
  const refusal = state === 'active' ? yield* endRefusal(of) : null;
  if (held.state === state && refusal === null) return { kind: 'as_it_is' };
  const after = yield* update(held, sql`state = ${state}, paused_reason = ${reason}`);
  return yield* done(held, after, refusal === null ? audit : { ...audit, detail: { ...audit.detail, refusal } });
}

export function* removeProvider(name: string, audit: AuditEntry): UnitOfWork<Changed> {
  const held = yield* holdProvider(sql`name = ${name}`);
  if (held === null) return { kind: 'missing' };
  const users = yield* rows<{ address: string }>(
    sql`SELECT address FROM mailboxes WHERE provider = ${name} ORDER BY address`,
  );
  if (users.length > 0) return { kind: 'used', by: users.map(({ address }) => address) };
  yield* rows(sql`DELETE FROM provider_secrets WHERE provider_id = ${whole(held.id)}`);
  yield* forgetGates(name);
  yield* rows(sql`DELETE FROM mail_providers WHERE id = ${whole(held.id)}`);
  yield* changed({ of: { provider: name }, before: said(held), after: null }, audit);
  return { kind: 'done', record: storedProvider(held) };
}

/** Held until the commit: whoever else would change it, give it a secret or a mailbox, waits. */
export function holdProvider(which: Sql): UnitOfWork<MailProviderRow | null> {
  return row<MailProviderRow>(sql`SELECT * FROM mail_providers WHERE ${which} ${locked}`);
}

/** Of a provider that is held: it becomes another version. */
export function* update({ id }: MailProviderRow, set: Sql): UnitOfWork<MailProviderRow> {
  const updated = yield* row<MailProviderRow>(
    sql`UPDATE mail_providers SET ${set}, version = version + 1, changed_at = ${now} WHERE id = ${whole(id)} RETURNING *`,
  );
  if (updated === null) throw new Error('a provider was held');
  return updated;
}

function* done(before: MailProviderRow | null, after: MailProviderRow, audit: AuditEntry): UnitOfWork<Changed> {
  const of = { provider: after.name };
  yield* changed({ of, before: before === null ? null : said(before), after: said(after) }, audit);
  return { kind: 'done', record: storedProvider(after) };
}

function said({ kind, endpoint, policy, state, paused_reason, version }: MailProviderRow): Said {
  const facts = { version, kind, ...asFields(endpoint), policy: asFields(policy), state };
  return paused_reason === null ? facts : { ...facts, reason: paused_reason };
}

const kept = mapper(
  mailProviders,
  'id',
  'name',
  'kind',
  'state',
  'paused_reason',
  'version',
  'created_at',
  'changed_at',
);

export function storedProvider(provider: MailProviderRow): StoredProvider {
  const [endpoint, policy] = [asFields(provider.endpoint), asFields(provider.policy)];
  // the endpoint was written beside its kind
  return { ...kept(provider), endpoint, policy, origin: 'stored' } as unknown as StoredProvider;
}

function asFields(json: string): Readonly<Record<string, unknown>> {
  return JSON.parse(json) as Readonly<Record<string, unknown>>;
}
