/** The audit trail in a SQLite file, read beside whoever writes it: WAL lets a reader see one state and wait for nobody. */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { verbsOver } from '../client.js';
import { TrailUnreadable, type OpenTrail } from '../verbs/audit/open-trail.js';
import type { Answer, Ask, VerbName, Input } from '../verbs/verb.js';
import { createSqliteRunner } from './run.js';

export function openSqliteTrail(file: string): OpenTrail {
  if (!existsSync(file)) throw new TrailUnreadable('trail_missing', `there is no database at ${file}`);
  const connection = new Database(file, { readonly: true });
  const run = createSqliteRunner(connection);
  const ask: Ask = <Name extends VerbName>(name: Name, ...input: Input<Name>) =>
    new Promise<Answer<Name>>((resolve) => {
      resolve(run(name, input).answer as Answer<Name>);
    }).catch((error: unknown) => {
      const isOlder = error instanceof Error && /^no such (table|column)/.test(error.message);
      throw isOlder ? TrailUnreadable.older(error) : error;
    });
  return {
    trail: verbsOver(ask).audit,
    close() {
      connection.close();
      return Promise.resolve();
    },
  };
}
