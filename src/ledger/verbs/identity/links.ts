/**
 * Chat accounts bound to approvers. A code is given to the account, spent once by a signed-in approver, and the account
 * is bound in the same commit. An account speaks for several approvers only where each spent a code of its own.
 */
import type { ApproverId } from '../../../approval/brand.js';
import type { AuditEntry, BoundAccount, ChatAccount, IdentityLedger } from '../../../contract/ledger.js';
import type { Repeated } from '../../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import { linkCodes, links, type LinkCodeRow, type LinkRow } from '../../tables/identity.js';
import { insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { once, REPEATED } from '../replays/once.js';
import { now, nowOnce, sql, whole, type Sql } from '../../sql.js';

type CodeInput = Parameters<IdentityLedger['addLinkCode']>[0];
type LinkInput = Parameters<IdentityLedger['link']>[0];
type UnlinkInput = Parameters<IdentityLedger['unlink']>[0];

export function* addLinkCode(input: CodeInput, audit: AuditEntry): UnitOfWork<Repeated | null> {
  const { hash, ttlSeconds } = input;
  if (!(yield* once(input.replayKey))) return REPEATED;
  yield* rows(sql`DELETE FROM link_codes WHERE until <= ${nowOnce}`);
  const until = sql`${now} + ${whole(ttlSeconds * 1000)}`;
  yield* rows(sql`
    ${insertInto(linkCodes, { ...accountOf(input), hash, until })}
    ON CONFLICT (channel, workspace, subject) DO UPDATE SET hash = excluded.hash, until = excluded.until`);
  yield* addAudit(audit, null);
  return null;
}

export function* peekLinkCode(hash: string): UnitOfWork<ChatAccount | null> {
  const code = yield* row<LinkCodeRow>(sql`SELECT * FROM link_codes WHERE hash = ${hash} AND until > ${now}`);
  return code === null ? null : accountOf(code);
}

export function* link({ hash, approver }: LinkInput, audit: AuditEntry): UnitOfWork<ChatAccount | null> {
  const spent = yield* row<LinkCodeRow>(
    sql`DELETE FROM link_codes WHERE hash = ${hash} AND until > ${now} RETURNING *`,
  );
  if (spent === null) return null;
  const account = accountOf(spent);
  yield* rows(sql`
    ${insertInto(links, { ...account, approver, linked_at: now })}
    ON CONFLICT (channel, workspace, subject, approver) DO UPDATE SET linked_at = excluded.linked_at`);
  yield* addAudit({ ...audit, detail: { ...audit.detail, ...account } }, null);
  return account;
}

export function* unlink(input: UnlinkInput, audit: AuditEntry): UnitOfWork<boolean | Repeated> {
  if (!(yield* once(input.replayKey))) return REPEATED;
  const meant = input.approver === undefined ? sql`true` : sql`approver = ${input.approver}`;
  const ended = yield* rows<LinkRow>(sql`DELETE FROM links WHERE ${isOf(input)} AND ${meant} RETURNING *`);
  for (const { approver, ...bound } of ended) {
    yield* addAudit(
      { ...audit, detail: { ...audit.detail, ...accountOf(bound), approver, before: 'linked', after: 'unlinked' } },
      null,
    );
  }
  return ended.length > 0;
}

export function* linksOf(account: ChatAccount): UnitOfWork<readonly ApproverId[]> {
  const found = yield* rows<Pick<LinkRow, 'approver'>>(
    sql`SELECT approver FROM links WHERE ${isOf(account)} ORDER BY approver`,
  );
  return found.map(({ approver }) => approver);
}

export function* accountsOf(approver: ApproverId | null): UnitOfWork<readonly BoundAccount[]> {
  const meant = approver === null ? sql`true` : sql`approver = ${approver}`;
  const found = yield* rows<LinkRow>(
    sql`SELECT * FROM links WHERE ${meant} ORDER BY approver, channel, workspace, subject`,
  );
  return found.map(boundAccount);
}

const boundAccount: (link: LinkRow) => BoundAccount = mapper(links);

function isOf({ channel, workspace, subject }: ChatAccount): Sql {
  return sql`channel = ${channel} AND workspace = ${workspace} AND subject = ${subject}`;
}

function accountOf({ channel, workspace, subject }: ChatAccount): ChatAccount {
  return { channel, workspace, subject };
}
