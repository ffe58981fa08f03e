/** What was handed out, as it is worth at the moment: nothing without the session it was handed out of, or with a disabled account. */
import type { AccountState } from '../../../contract/account-ledger.js';
import type { HandedOut, HandoffLedger } from '../../../contract/ledger.js';
import { hasFactorsOf } from '../factors/second.js';
import { credentials } from '../../tables/accounts.js';
import type { RowOf } from '../../tables/columns.js';
import { handedOut } from '../../tables/handoffs.js';
import type { SessionRow } from '../../tables/identity.js';
import { mapper } from '../../tables/mapper.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { least, now, sql, type Sql } from '../../sql.js';

/** `FROM … WHERE …`: the session of this hash, if somebody is signed in by it. */
export function isAlive(session: Sql): Sql {
  return sql`
    FROM sessions LEFT JOIN accounts ON accounts.id = sessions.approver
    WHERE sessions.hash = ${session} AND sessions.until > ${now} AND ${IS_NOT_DISABLED}`;
}

const IS_NOT_DISABLED = sql`(accounts.state IS NULL OR accounts.state <> 'disabled')`;

type Found = Pick<RowOf<typeof handedOut>, 'account' | 'csrf_key' | 'until'> &
  Pick<SessionRow, 'authenticated_at' | 'signed_in_by'> & {
    readonly account_name: string | null;
    readonly account_state: AccountState | null;
    readonly has_factors: number;
    /** Null, with all that follow: they signed in by something else. */
    readonly issuer: string | null;
  } & Pick<RowOf<typeof credentials>, 'subject' | 'provider' | 'email' | 'is_email_verified' | 'name'>;

type Input = Parameters<HandoffLedger['handedOut']>[0];

export function* findHandedOut({ hash, origin }: Input): UnitOfWork<HandedOut | null> {
  const found = yield* row<Found>(sql`
    SELECT handed_out.account, handed_out.csrf_key, ${least}(handed_out.until, sessions.until) AS until,
      sessions.authenticated_at, sessions.signed_in_by,
      accounts.name AS account_name, accounts.state AS account_state,
      CASE WHEN ${hasFactorsOf(sql`handed_out.account`)} THEN 1 ELSE 0 END AS has_factors,
      credentials.issuer, credentials.subject, credentials.provider, credentials.email, credentials.is_email_verified,
      credentials.name
    FROM handed_out
      JOIN sessions ON sessions.hash = handed_out.session AND sessions.approver = handed_out.account
      LEFT JOIN accounts ON accounts.id = handed_out.account
      LEFT JOIN credentials ON credentials.issuer = sessions.credential_issuer
        AND credentials.subject = sessions.credential_subject AND credentials.account = handed_out.account
    WHERE handed_out.hash = ${hash} AND handed_out.origin = ${origin} AND handed_out.until > ${now}
      AND sessions.until > ${now} AND ${IS_NOT_DISABLED}`);
  return found === null ? null : record(found);
}

const ofHandedOut = mapper(handedOut, 'account', 'csrf_key', 'until');
const ofCredential = mapper(credentials, 'subject', 'provider', 'email', 'is_email_verified', 'name');

function record(found: Found): HandedOut {
  const { issuer, account_name: name, account_state: state } = found;
  return {
    ...ofHandedOut(found),
    kept: state === null ? null : { name, state },
    authenticatedAtMs: found.authenticated_at,
    signedInBy: found.signed_in_by,
    hasFactors: found.has_factors === 1,
    credential: issuer === null ? null : { issuer, ...ofCredential(found) },
  };
}
