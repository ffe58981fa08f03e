/** Sweeps tables whose rows are of no use once their time is over: the oldest first, found by an index of that time. */
import type { Resolution, Sweep, Swept, SweepInput } from '../../../contract/ledger.js';
import { signInStates } from '../../tables/accounts.js';
import { replays } from '../../tables/calls.js';
import type { Columns, Table } from '../../tables/columns.js';
import { challenges } from '../../tables/factors.js';
import { failures, suppressions } from '../../tables/failures.js';
import { grants } from '../../tables/grants.js';
import { handedOut, handoffs } from '../../tables/handoffs.js';
import { accessTokens, enrolments, linkCodes, mailedLinks, sessions, signInLinks } from '../../tables/identity.js';
import { attemptWindows, mutes } from '../../tables/limits.js';
import { producerMails } from '../../tables/producer-mails.js';
import { rollupMarks, rollups } from '../../tables/rollups.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, nowOnce, sql, verbatim, whole, type Sql } from '../../sql.js';

type Over = Extract<
  Sweep,
  | 'producer_mails'
  | 'grants_over'
  | 'grants_revoked'
  | 'replays'
  | 'mutes'
  | 'failures'
  | 'suppressions'
  | 'link_codes'
  | 'sign_in_links'
  | 'mailed_links'
  | 'enrolments'
  | 'sign_in_states'
  | 'attempt_windows'
  | 'challenges'
  | 'access_tokens'
  | 'sessions'
  | 'handoffs'
  | 'handed_out'
  | 'rollup_minutes'
  | 'rollup_hours'
  | 'rollup_days'
  | 'rollup_marks'
>;

interface Ending {
  readonly name: string;
  /** Unique columns, by which the rows to delete are named. */
  readonly key: string;
  readonly end: string;
  readonly where: Sql;
}

const ENDINGS: Readonly<Record<Over, Ending>> = {
  producer_mails: ending(producerMails, { key: ['id'], end: 'expires_at' }),
  grants_over: ending(grants, { key: ['id'], end: 'until', where: sql`revoked_at IS NULL` }),
  grants_revoked: ending(grants, { key: ['id'], end: 'revoked_at', where: sql`revoked_at IS NOT NULL` }),
  replays: ending(replays, { key: ['key'], end: 'until' }),
  mutes: ending(mutes, { key: ['site', 'address'], end: 'until' }),
  failures: ending(failures, { key: ['id'], end: 'failed_at' }),
  suppressions: ending(suppressions, { key: ['address'], end: 'until' }),
  link_codes: ending(linkCodes, { key: ['hash'], end: 'until' }),
  sign_in_links: ending(signInLinks, { key: ['hash'], end: 'until' }),
  mailed_links: ending(mailedLinks, { key: ['hash'], end: 'until' }),
  enrolments: ending(enrolments, { key: ['account'], end: 'until' }),
  sign_in_states: ending(signInStates, { key: ['hash'], end: 'until' }),
  challenges: ending(challenges, { key: ['hash'], end: 'until' }),
  attempt_windows: ending(attemptWindows, { key: ['key'], end: 'until' }),
  access_tokens: ending(accessTokens, { key: ['hash'], end: 'until' }),
  sessions: ending(sessions, { key: ['hash'], end: 'until' }),
  handoffs: ending(handoffs, { key: ['state_hash'], end: 'until' }),
  handed_out: ending(handedOut, { key: ['hash'], end: 'until' }),
  rollup_minutes: rollupsOf('minute'),
  rollup_hours: rollupsOf('hour'),
  rollup_days: rollupsOf('day'),
  // of processes that are gone; how far the trail and the attempts were counted stays
  rollup_marks: ending(rollupMarks, { key: ['name'], end: 'at', where: sql`name LIKE 'flush:%'` }),
};

function ending<Of extends Columns>(
  { table }: Table<Of>,
  of: { readonly key: readonly (keyof Of)[]; readonly end: keyof Of & string; readonly where?: Sql },
): Ending {
  return { name: table, key: of.key.join(', '), end: of.end, where: of.where ?? sql`true` };
}

function rollupsOf(resolution: Resolution): Ending {
  const key = ['resolution', 'name', 'at', 'dims', 'bucket'] as const;
  return ending(rollups, { key, end: 'at', where: sql`resolution = ${resolution}` });
}

export function* sweepOver(what: Over, { olderThanMs, limit }: SweepInput): UnitOfWork<Swept> {
  const { name, key, end, where } = ENDINGS[what];
  const [table, keys, until] = [verbatim(name), verbatim(key), verbatim(end)];
  const gone = yield* rows(sql`
    DELETE FROM ${table} WHERE (${keys}) IN (
      SELECT ${keys} FROM ${table} WHERE ${where} AND ${until} <= ${nowOnce} - ${whole(olderThanMs)}
      ORDER BY ${until} LIMIT ${whole(limit)} ${lockedOrSkipped})
    RETURNING ${until}`);
  return { removed: { [name]: gone.length }, erased: {}, next: gone.length < limit ? null : [] };
}
