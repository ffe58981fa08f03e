/**
 * Loaded before the product in every thread: its SQLite connection then ends commits as `NORMAL` does. The product has no
 * such setting, because it would lose acknowledged decisions in a power cut; rivals that do not sync are measured
 * against this. What the connection says of itself is written down for the bench to check.
 */
import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';

const OURS = 'synchronous = FULL';
const mark = process.env['BENCH_SYNCHRONOUS_MARK'];
const { prototype } = Database;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called below with its connection
const pragma = prototype.pragma;

prototype.pragma = function (this: Database.Database, source: string, options?: Database.PragmaOptions): unknown {
  if (source !== OURS) return pragma.call(this, source, options);
  pragma.call(this, 'synchronous = NORMAL');
  if (mark !== undefined) writeFileSync(mark, String(pragma.call(this, 'synchronous', { simple: true })));
  return undefined;
};
