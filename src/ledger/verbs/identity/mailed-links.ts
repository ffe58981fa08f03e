/**
 * Links that are mailed to whoever asks to sign in. A link and its mail are one commit: there is none without the other. It is
 * spent by one guarded UPDATE, by the browser that asked for it, or by the number that was shown where it was opened elsewhere.
 */
import type { AccountId } from '../../../approval/brand.js';
import type { AuditEntry, IdentityLedger, MailedLink, SignInProof } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { takeAttempts } from '../attempts/take-attempt.js';
import { enqueue } from '../deliveries/enqueue.js';
import { mailedLinks, type MailedLinkRow } from '../../tables/identity.js';
import { insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole, type Sql } from '../../sql.js';

type MailInput = Parameters<IdentityLedger['mailSignInLinks']>[0];
type NumberInput = Parameters<IdentityLedger['showNumber']>[0];

/** Typed wrong so often, a number is worth nothing any more: of a million, five may be guessed for each link that was opened. */
const MAX_TRIES = 5;

const IS_LIVE = sql`used_at IS NULL AND until > ${now}`;

export function* mailSignInLinks(
  { browser, address, askedBy, ttlSeconds, links }: MailInput,
  audit: AuditEntry,
): UnitOfWork<readonly AccountId[]> {
  const mailed: AccountId[] = [];
  for (const { hash, account, mailbox, limits, mail } of links) {
    if (!(yield* takeAttempts(limits))) continue;
    const until = sql`${now} + ${whole(ttlSeconds * 1_000)}`;
    const asked = { asked_at: now, until, address, asked_by: askedBy };
    yield* rows(insertInto(mailedLinks, { hash, approver: account, browser, mailbox, ...asked, tries: 0 }));
    yield* enqueue(mail);
    yield* addAudit({ ...audit, detail: { ...audit.detail, approver: account } }, null);
    mailed.push(account);
  }
  return mailed;
}

/** Of these accounts, or of all. */
export function* voidMailedLinks(whose: Sql): UnitOfWork<void> {
  yield* rows(sql`UPDATE mailed_links SET used_at = ${now} WHERE ${whose} AND ${IS_LIVE}`);
}

export function* peekMailedLink(hash: string): UnitOfWork<MailedLink | null> {
  const link = yield* row<MailedLinkRow>(sql`SELECT * FROM mailed_links WHERE hash = ${hash} AND ${IS_LIVE}`);
  return link === null ? null : { account: link.approver, ...shown(link) };
}

const shown = mapper(mailedLinks, 'browser', 'mailbox', 'asked_at', 'address', 'asked_by');

export function* showNumber({ hash, numberHash }: NumberInput): UnitOfWork<boolean> {
  const shown = yield* row<{ hash: string }>(sql`
    UPDATE mailed_links SET number = ${numberHash}
    WHERE hash = ${hash} AND ${IS_LIVE} AND tries < ${whole(MAX_TRIES)} RETURNING hash`);
  return shown !== null;
}

type LinkProof = Extract<SignInProof, { readonly kind: 'mailed_link' }>;
type NumberProof = Extract<SignInProof, { readonly kind: 'mailed_number' }>;

export function* spendMailedLink({ hash, browser }: LinkProof): UnitOfWork<AccountId | null> {
  const spent = yield* row<{ approver: AccountId }>(sql`
    UPDATE mailed_links SET used_at = ${now}
    WHERE hash = ${hash} AND browser = ${browser} AND ${IS_LIVE} RETURNING approver`);
  return spent?.approver ?? null;
}

/** The try counts, whatever comes of it: it is counted first, by the statement that takes the rows. */
export function* spendMailedNumber({ browser, numberHash }: NumberProof): UnitOfWork<AccountId | null> {
  const tried = yield* rows<{ hash: string; number: string }>(sql`
    UPDATE mailed_links SET tries = tries + 1
    WHERE browser = ${browser} AND number IS NOT NULL AND ${IS_LIVE} AND tries < ${whole(MAX_TRIES)}
    RETURNING hash, number`);
  const meant = tried.find(({ number }) => number === numberHash);
  return meant === undefined ? null : yield* spendMailedLink({ kind: 'mailed_link', hash: meant.hash, browser });
}
