/** Stored mailboxes: made, changed, paused and removed. While one is given a stored provider, that provider's row is locked. */
import type {
  AuditEntry,
  MailChanged,
  MailLedger,
  MailStateChange,
  NewMailbox,
  StoredMailbox,
} from '../../../contract/ledger.js';
import { insertInto } from '../../tables/insert.js';
import { mailboxes, type MailboxRow } from '../../tables/mail.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { locked, now, sql, whole, type Sql } from '../../sql.js';
import { changed, type Said } from './changes.js';
import { holdProvider } from './providers.js';

type Changed = MailChanged<StoredMailbox>;
type AddInput = Parameters<MailLedger['addMailbox']>[0];
type ChangeInput = Parameters<MailLedger['changeMailbox']>[0];

export function* addMailbox(input: AddInput, audit: AuditEntry): UnitOfWork<Changed> {
  if (!(yield* hasProvider(input))) return { kind: 'no_provider' };
  const { address, displayName: display_name, provider, priority } = input;
  const [sites, producers] = listsOf(input);
  const facts = { address, display_name, provider, sites, producers, priority };
  const mailbox = { ...facts, state: 'active', version: 1, created_at: now, changed_at: now } as const;
  const added = yield* row<MailboxRow>(
    sql`${insertInto(mailboxes, mailbox)} ON CONFLICT (address) DO NOTHING RETURNING *`,
  );
  return added === null ? { kind: 'taken' } : yield* done(null, added, audit);
}

export function* changeMailbox(input: ChangeInput, audit: AuditEntry): UnitOfWork<Changed> {
  // the provider's row first, as whoever removes a provider takes it first
  const isThere = yield* hasProvider(input);
  const held = yield* hold(input.address);
  if (held === null) return { kind: 'missing' };
  if (held.version !== input.version) return { kind: 'outdated' };
  if (!isThere) return { kind: 'no_provider' };
  const [sites, producers] = listsOf(input);
  const set = sql`
    display_name = ${input.displayName}, provider = ${input.provider}, sites = ${sites}, producers = ${producers},
    priority = ${whole(input.priority)}`;
  return yield* done(held, yield* update(held, set), audit);
}

export function* setMailboxState({ of, state, reason }: MailStateChange, audit: AuditEntry): UnitOfWork<Changed> {
  const held = yield* hold(of);
  if (held === null) return { kind: 'missing' };
  if (held.state === state) return { kind: 'as_it_is' };
  return yield* done(held, yield* update(held, sql`state = ${state}, paused_reason = ${reason}`), audit);
}

export function* removeMailbox(address: string, audit: AuditEntry): UnitOfWork<Changed> {
  const removed = yield* row<MailboxRow>(sql`DELETE FROM mailboxes WHERE address = ${address} RETURNING *`);
  if (removed === null) return { kind: 'missing' };
  yield* changed({ of: { mailbox: address }, before: said(removed), after: null }, audit);
  return { kind: 'done', record: storedMailbox(removed) };
}

function* hasProvider({ provider, isProviderStored }: AddInput): UnitOfWork<boolean> {
  return !isProviderStored || (yield* holdProvider(sql`name = ${provider}`)) !== null;
}

function hold(address: string): UnitOfWork<MailboxRow | null> {
  return row<MailboxRow>(sql`SELECT * FROM mailboxes WHERE address = ${address} ${locked}`);
}

function* update({ address }: MailboxRow, set: Sql): UnitOfWork<MailboxRow> {
  const [updated] = yield* rows<MailboxRow>(sql`
    UPDATE mailboxes SET ${set}, version = version + 1, changed_at = ${now} WHERE address = ${address} RETURNING *`);
  if (updated === undefined) throw new Error('a mailbox was held');
  return updated;
}

function listsOf({ sites, producers }: NewMailbox): readonly [sites: string, producers: string] {
  return [JSON.stringify(sites), JSON.stringify(producers)];
}

function* done(before: MailboxRow | null, after: MailboxRow, audit: AuditEntry): UnitOfWork<Changed> {
  const of = { mailbox: after.address };
  yield* changed({ of, before: before === null ? null : said(before), after: said(after) }, audit);
  return { kind: 'done', record: storedMailbox(after) };
}

function said(mailbox: MailboxRow): Said {
  const { version, displayName, provider, sites, producers, priority, state, pausedReason } = storedMailbox(mailbox);
  const facts = { version, displayName, provider, sites, producers, priority, state };
  return pausedReason === null ? facts : { ...facts, reason: pausedReason };
}

const kept = mapper(
  mailboxes,
  'address',
  'display_name',
  'provider',
  'priority',
  'state',
  'paused_reason',
  'version',
  'created_at',
  'changed_at',
);

export function storedMailbox(mailbox: MailboxRow): StoredMailbox {
  const [sites, producers] = [mailbox.sites, mailbox.producers].map((json) => JSON.parse(json) as readonly string[]);
  return { ...kept(mailbox), sites: sites ?? [], producers: producers ?? [], origin: 'stored' };
}
