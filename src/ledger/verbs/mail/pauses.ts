/** Pauses of providers and mailboxes that are not stored: an operator's act beside the record, kept by its name. */
import type { AuditEntry, MailLedger } from '../../../contract/ledger.js';
import { insertInto } from '../../tables/insert.js';
import { mailPauses, type MailPauseRow } from '../../tables/mail.js';
import { now, sql } from '../../sql.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { endRefusal } from '../deliveries/mail/gates.js';
import { changed } from './changes.js';

type Input = Parameters<MailLedger['setStateByName']>[0];

const ACTIVE = { state: 'active' } as const;

export function* setStateByName(input: Input, audit: AuditEntry): UnitOfWork<boolean> {
  return input.state === 'paused' ? yield* pause(input, audit) : yield* resume(input, audit);
}

function* pause({ what, of: name, reason }: Input, audit: AuditEntry): UnitOfWork<boolean> {
  const made = { what, name, reason: reason ?? '', since_at: now, paused_by: audit.who };
  const paused = yield* row<MailPauseRow>(
    sql`${insertInto(mailPauses, made)} ON CONFLICT (what, name) DO NOTHING RETURNING *`,
  );
  if (paused === null) return false;
  yield* changed({ of: { [what]: name }, before: ACTIVE, after: said(paused) }, audit);
  return true;
}

function* resume({ what, of: name }: Input, audit: AuditEntry): UnitOfWork<boolean> {
  const ended = yield* row<MailPauseRow>(
    sql`DELETE FROM mail_pauses WHERE what = ${what} AND name = ${name} RETURNING *`,
  );
  const refusal = what === 'provider' ? yield* endRefusal(name) : null;
  if (ended === null && refusal === null) return false;
  const before = { ...(ended === null ? ACTIVE : said(ended)), ...(refusal === null ? {} : { refusal }) };
  yield* changed({ of: { [what]: name }, before, after: ACTIVE }, audit);
  return true;
}

function said({ reason }: MailPauseRow) {
  return { state: 'paused', reason } as const;
}
