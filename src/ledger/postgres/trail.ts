/** The audit trail in PostgreSQL, over a connection of its own that cannot write, and waits as long as a page takes. */
import pg from 'pg';
import type { Secret } from '../../base/crypto/secret.js';
import { TrailUnreadable, type OpenTrail } from '../verbs/audit/open-trail.js';
import { verbsOver } from '../client.js';
import type { Answer, Ask, VerbName, Input } from '../verbs/verb.js';
import { asOpeningFailure } from './failure.js';
import { createPostgresRunner } from './run.js';
import { anySession, connectionOptions } from './source.js';

/** undefined_table and undefined_column (appendix A of its manual). */
const OLDER = new Set(['42P01', '42703']);

export function openPostgresTrail(url: Secret): OpenTrail {
  const pool = new pg.Pool({
    ...connectionOptions(url),
    ...anySession,
    query_timeout: 0,
    statement_timeout: 0,
    max: 1,
    options: '-c default_transaction_read_only=on',
  });
  pool.on('error', () => undefined); // the next page says it
  const run = createPostgresRunner(pool);
  const ask: Ask = async <Name extends VerbName>(name: Name, ...input: Input<Name>) => {
    try {
      return (await run(name, input)).answer as Answer<Name>;
    } catch (error) {
      const { code } = error as Partial<NodeJS.ErrnoException>;
      throw OLDER.has(code ?? '') ? TrailUnreadable.older(error) : asOpeningFailure(error);
    }
  };
  return { trail: verbsOver(ask).audit, close: () => pool.end() };
}
