/**
 * A new version that a rolling upgrade must not survive: its last migration that is still to run renames a column that the former version writes.
 * It knows the new name everywhere itself, so that alone nothing is wrong with it.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of `deliveries`, written with every card, and spelled so nowhere else. */
const COLUMN = 'is_first_ended';
const RENAMED = 'is_first_over';
const MIGRATIONS = 'src/ledger/migrations';
const CLASS = /^export class (\w+)/m;

export interface Mutant {
  /** Holds its `dist`. */
  readonly root: string;
  remove(): void;
}

/** `from`: where the new version was built; it stays as it is. `former`: the migrations that have run, where it is upgraded. */
export function withRenamedColumn(from: string, former: readonly string[]): Mutant {
  const root = mkdtempSync(join(tmpdir(), 'gate-mutant-'));
  for (const name of readdirSync(from)) if (name !== 'dist') symlinkSync(join(from, name), join(root, name));
  cpSync(join(from, 'dist'), join(root, 'dist'), { recursive: true });
  const dist = join(root, 'dist');
  // what is left are the modules one by one, to be changed
  rmSync(join(dist, 'run'), { recursive: true });
  const migrations = join(dist, MIGRATIONS);
  for (const file of filesIn(dist)) if (!file.startsWith(migrations)) edit(file, renamed);
  edit(join(migrations, lastOf(readdirSync(migrations), former)), withStatement);
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Of those that are still to run: versions that were built side by side may have run a later one already. */
function lastOf(files: readonly string[], former: readonly string[]): string {
  const numbered = files.filter(
    (name) => /^\d{4}-.*\.js$/.test(name) && !former.includes(name.slice(0, -'.js'.length)),
  );
  return numbered.sort().at(-1) ?? '';
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

/** After all that the migration does itself, however its statements are written. */
function withStatement(text: string): string {
  const [, name] = CLASS.exec(text) ?? [];
  if (name === undefined) throw new Error(`a migration without ${String(CLASS)}`);
  const statement = `ALTER TABLE "deliveries" RENAME COLUMN "${COLUMN}" TO "${RENAMED}"`;
  return `${text}
const { up } = ${name}.prototype;
${name}.prototype.up = async function (runner) {
  await up.call(this, runner);
  await runner.query('${statement}');
};
`;
}
