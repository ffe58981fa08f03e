/** What an operator can do about PostgreSQL's errors, by their codes: SQLSTATE (appendix A of its manual), Node's, OpenSSL's. */
import type { LedgerFault } from '../../contract/ledger-unavailable.js';

type Entry = readonly [kind: LedgerFault['kind'], what: string, cure: string];

const URL_RIGHT = 'See that PostgreSQL runs and that DATABASE_URL names its host and port.';
const TRUST =
  'Point NODE_EXTRA_CA_CERTS to the PEM file of the authority that signed its certificate, or name that file in DATABASE_URL: ?sslmode=verify-full&sslrootcert=<file>.';
const RENEW = "Renew the server's certificate, and see that the clocks of both machines are right.";
const GRANTS =
  'As an owner of the database run: GRANT CREATE, USAGE ON SCHEMA public TO <user>; GRANT ALL ON ALL TABLES IN SCHEMA public TO <user>; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO <user>. Best make that user the owner of the database.';
const WAIT = 'Wait: the gate goes on by itself.';
const PRIMARY =
  'Let DATABASE_URL name the primary, or promote this server; where it was made read-only, take that back.';
const LOGIN = 'Correct user and password in DATABASE_URL, or set the password anew with ALTER ROLE.';

const ENTRIES: Readonly<Record<string, Entry>> = {
  ECONNREFUSED: ['away', 'nobody listens there', URL_RIGHT],
  ENOTFOUND: ['away', 'its host has no address', 'Correct the host in DATABASE_URL, or mend the name service.'],
  EAI_AGAIN: ['away', 'the name service does not answer', 'Mend the name service of this machine.'],
  ETIMEDOUT: ['away', 'its host cannot be reached', URL_RIGHT],
  EHOSTUNREACH: ['away', 'its host cannot be reached', URL_RIGHT],
  ENETUNREACH: ['away', 'its network cannot be reached', URL_RIGHT],
  ECONNRESET: ['away', 'the connection was cut', URL_RIGHT],
  '25006': ['read_only', 'it takes no writes: it is a standby, or was made read-only', PRIMARY],
  '28000': [
    'refused',
    'it refuses our user',
    'Let pg_hba.conf admit this user from here, with TLS where it wants that (?sslmode=require in DATABASE_URL), and reload the server.',
  ],
  '28P01': ['refused', 'it refuses our password', LOGIN],
  '3D000': [
    'refused',
    'it has no database of this name',
    'Make it with createdb, or correct the name in DATABASE_URL.',
  ],
  '42501': ['refused', 'our user may not do what it has to', GRANTS],
  '42P01': [
    'refused',
    'a table of ours is not there',
    'Wait for the restore that is under way, or run "gate migrate".',
  ],
  '53100': [
    'full',
    'its disk is full',
    'Make room on the disk of the PostgreSQL server. The gate goes on by itself then.',
  ],
  '53200': ['busy', 'it has no memory left', 'Give the PostgreSQL server more memory, or less work.'],
  '53300': [
    'busy',
    'it has no connection left for us',
    'Raise max_connections of the server, or put a pooler before it; each process of the gate takes up to a dozen.',
  ],
  '58030': ['broken', 'its disk does not work', 'Look at the disk and the log of the PostgreSQL server.'],
  '55P03': ['busy', 'somebody holds what we have to change', WAIT],
  '57014': ['busy', 'it took too long', 'Look at what the server is busy with: SELECT * FROM pg_stat_activity.'],
  '57P01': ['away', 'it is being stopped', WAIT],
  '57P02': ['away', 'it crashed', WAIT],
  '57P03': ['away', 'it is starting or stopping', WAIT],
  '57P04': ['away', 'our database was removed', 'Make it anew and restore its backup with pg_restore.'],
  XX001: ['corrupt', 'what it holds is damaged', 'Restore a backup with pg_restore (docs/backup.md).'],
  XX002: ['corrupt', 'an index of it is damaged', 'Run REINDEX DATABASE; where that fails, restore a backup.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['refused', 'it shows a certificate that it signed itself', TRUST],
  SELF_SIGNED_CERT_IN_CHAIN: ['refused', 'its certificate is of an authority that is not trusted here', TRUST],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['refused', 'its certificate is of an authority that is not known here', TRUST],
  UNABLE_TO_GET_ISSUER_CERT: ['refused', 'its certificate is of an authority that is not known here', TRUST],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['refused', 'its certificate is of an authority that is not known here', TRUST],
  CERT_HAS_EXPIRED: ['refused', 'its certificate is past its end', RENEW],
  CERT_NOT_YET_VALID: ['refused', 'its certificate is not valid yet', RENEW],
  CERT_REVOKED: ['refused', 'its certificate was revoked', RENEW],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'refused',
    'its certificate is for another host',
    'Let DATABASE_URL name the host as the certificate does, or give the server a certificate for this name.',
  ],
};

/** `pg` says this without a code. */
const NO_TLS = 'The server does not support SSL connections';
const NO_TLS_FAULT: LedgerFault = {
  kind: 'refused',
  reason: 'it does not speak TLS, and DATABASE_URL asks for it',
  cure: 'Switch on ssl in postgresql.conf, or take sslmode out of DATABASE_URL where the way to it is safe.',
};

/** Null: nothing that an operator could act on. A code that is not known here is told as it is. */
export function faultOf(error: unknown): LedgerFault | null {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  if (message === NO_TLS) return NO_TLS_FAULT;
  if (typeof code !== 'string') return null;
  const entry = ENTRIES[code] ?? (code.startsWith('28') ? ENTRIES['28000'] : undefined);
  if (entry === undefined) return { kind: 'away', reason: code, cure: URL_RIGHT };
  const [kind, what, cure] = entry;
  return { kind, reason: `${what} (${code})`, cure };
}
