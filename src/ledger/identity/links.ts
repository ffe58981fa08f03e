/**
 * Chat accounts bound to approvers. A code is given to the account, spent once by a signed-in approver, and the account
 * is bound in the same commit. An account speaks for several approvers only where each spent a code of its own.
 */
import type { ApproverId } from '../../approval/brand.js';
import type { AuditEntry, BoundAccount, ChatAccount, IdentityLedger } from '../../contract/ledger.js';
import type { Repeated } from '../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import type { LinkCodeRow, LinkRow } from '../entities/identity.js';
import { row, rows, type Program } from '../program.js';
import { once, REPEATED } from '../replays/once.js';
import { now, nowOnce, sql, whole, type Sql } from '../sql.js';

type CodeWish = Parameters<IdentityLedger['addLinkCode']>[0];
type LinkWish = Parameters<IdentityLedger['link']>[0];
type UnlinkWish = Parameters<IdentityLedger['unlink']>[0];

export function* addLinkCode(wish: CodeWish, audit: AuditEntry): Program<Repeated | null> {
  const { channel, workspace, subject, hash, ttlSeconds } = wish;
  if (!(yield* once(wish.replayKey))) return REPEATED;
  yield* rows(sql`DELETE FROM link_codes WHERE until <= ${nowOnce}`);
  yield* rows(sql`
    INSERT INTO link_codes (channel, workspace, subject, hash, until)
    VALUES (${channel}, ${workspace}, ${subject}, ${hash}, ${now} + ${whole(ttlSeconds * 1000)})
    ON CONFLICT (channel, workspace, subject) DO UPDATE SET hash = excluded.hash, until = excluded.until`);
  yield* addAudit(audit, null);
  return null;
}

export function* peekLinkCode(hash: string): Program<ChatAccount | null> {
  const code = yield* row<LinkCodeRow>(sql`SELECT * FROM link_codes WHERE hash = ${hash} AND until > ${now}`);
  return code === null ? null : accountOf(code);
}

export function* link({ hash, approver }: LinkWish, audit: AuditEntry): Program<ChatAccount | null> {
  const spent = yield* row<LinkCodeRow>(
    sql`DELETE FROM link_codes WHERE hash = ${hash} AND until > ${now} RETURNING *`,
  );
  if (spent === null) return null;
  const account = accountOf(spent);
  yield* rows(sql`
    INSERT INTO links (channel, workspace, subject, approver, linked_at)
    VALUES (${spent.channel}, ${spent.workspace}, ${spent.subject}, ${approver}, ${now})
    ON CONFLICT (channel, workspace, subject, approver) DO UPDATE SET linked_at = excluded.linked_at`);
  yield* addAudit({ ...audit, detail: { ...audit.detail, ...account } }, null);
  return account;
}

export function* unlink(wish: UnlinkWish, audit: AuditEntry): Program<boolean | Repeated> {
  if (!(yield* once(wish.replayKey))) return REPEATED;
  const meant = wish.approver === undefined ? sql`true` : sql`approver = ${wish.approver}`;
  const ended = yield* rows<LinkRow>(sql`DELETE FROM links WHERE ${isOf(wish)} AND ${meant} RETURNING *`);
  for (const { approver, ...bound } of ended) {
    yield* addAudit({ ...audit, detail: { ...audit.detail, ...accountOf(bound), approver } }, null);
  }
  return ended.length > 0;
}

export function* linksOf(account: ChatAccount): Program<readonly ApproverId[]> {
  const found = yield* rows<{ approver: ApproverId }>(
    sql`SELECT approver FROM links WHERE ${isOf(account)} ORDER BY approver`,
  );
  return found.map(({ approver }) => approver);
}

export function* accountsOf(approver: ApproverId | null): Program<readonly BoundAccount[]> {
  const meant = approver === null ? sql`true` : sql`approver = ${approver}`;
  const found = yield* rows<LinkRow>(
    sql`SELECT * FROM links WHERE ${meant} ORDER BY approver, channel, workspace, subject`,
  );
  return found.map((bound) => ({
    ...accountOf(bound),
    approver: bound.approver as ApproverId,
    linkedAtMs: bound.linked_at,
  }));
}

function isOf({ channel, workspace, subject }: ChatAccount): Sql {
  return sql`channel = ${channel} AND workspace = ${workspace} AND subject = ${subject}`;
}

function accountOf({ channel, workspace, subject }: ChatAccount): ChatAccount {
  return { channel, workspace, subject };
}
