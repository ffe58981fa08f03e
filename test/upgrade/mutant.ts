/**
 * A new version that a rolling upgrade must not survive: its last migration renames a column that the former version writes.
 * It knows the new name everywhere itself, so that alone nothing is wrong with it.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of `deliveries`, written with every card, and spelled so nowhere else. */
const COLUMN = 'is_first_ended';
const RENAMED = 'is_first_over';
const MIGRATIONS = 'src/ledger/migrations';
const BEGINNING = 'export const statements = [';

export interface Mutant {
  /** Holds its `dist`. */
  readonly root: string;
  remove(): void;
}

/** `from`: where the new version was built; it stays as it is. */
export function withRenamedColumn(from: string): Mutant {
  const root = mkdtempSync(join(tmpdir(), 'gate-mutant-'));
  for (const name of readdirSync(from)) if (name !== 'dist') symlinkSync(join(from, name), join(root, name));
  cpSync(join(from, 'dist'), join(root, 'dist'), { recursive: true });
  const dist = join(root, 'dist');
  const migrations = join(dist, MIGRATIONS);
  for (const file of filesIn(dist)) if (!file.startsWith(migrations)) edit(file, renamed);
  const last = readdirSync(migrations).filter(isForPostgres).sort().at(-1) ?? '';
  edit(join(migrations, last), withStatement);
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function isForPostgres(name: string): boolean {
  return name.endsWith('-postgres.js');
}

function filesIn(folder: string): readonly string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => name.endsWith('.js')).map((name) => join(folder, name));
}

function edit(file: string, change: (text: string) => string): void {
  const text = readFileSync(file, 'utf8');
  const changed = change(text);
  if (changed !== text) writeFileSync(file, changed);
}

function renamed(text: string): string {
  return text.replaceAll(COLUMN, RENAMED);
}

function withStatement(text: string): string {
  if (!text.includes(BEGINNING)) throw new Error(`a migration that begins otherwise than ${BEGINNING}`);
  const statement = `'ALTER TABLE "deliveries" RENAME COLUMN "${COLUMN}" TO "${RENAMED}"',`;
  return text.replace(BEGINNING, `${BEGINNING}\n  ${statement}`);
}
