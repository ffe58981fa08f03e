/** The former versions that the repository's history holds, told apart by their migrations. It reads git, and changes nothing. */
import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { git } from './git.js';

export interface Version {
  readonly commit: string;
  /** By the names of their files, `0005-fewer-pages`, oldest first. */
  readonly migrations: readonly string[];
}

export type History =
  | { readonly kind: 'found'; readonly former: readonly [Version, ...Version[]] }
  /** `why`: in words that may stand behind "not here:". */
  | { readonly kind: 'none'; readonly why: string };

const MIGRATIONS = 'src/ledger/migrations';
/** In former versions a migration has files for each database beside its own. */
const MIGRATION_FILE = /^(\d{4}-[a-z-]+?)(?:-postgres|-sqlite)?\.ts$/;

/** Of each set of migrations that is not today's the newest version that has it, newest first. `root`: of the working tree. */
export function historyOf(root: string): History {
  const why = whyNoRepository(root);
  if (why !== null) return { kind: 'none', why };
  const [first, ...others] = formerVersions(root);
  if (first === undefined) return { kind: 'none', why: 'the history holds no version with other migrations' };
  return { kind: 'found', former: [first, ...others] };
}

/** `ref`: whatever git takes for a commit. Throws where it takes it for none, or where that has no ledger. */
export function versionAt(root: string, ref: string): Version {
  const commit = commitOf(root, ref);
  const migrations = namesIn(git(root, 'ls-tree', '--name-only', commit, `${MIGRATIONS}/`).split('\n'));
  if (migrations.length === 0) throw new Error(`${ref} has no migrations in ${MIGRATIONS}`);
  return { commit, migrations };
}

function commitOf(root: string, ref: string): string {
  try {
    return git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).trim();
  } catch (error) {
    throw new Error(`git knows no commit as ${ref}`, { cause: error });
  }
}

export function todaysMigrations(root: string): readonly string[] {
  return namesIn(readdirSync(join(root, MIGRATIONS)));
}

function formerVersions(root: string): readonly Version[] {
  const changes = git(root, 'rev-list', 'HEAD', '--', MIGRATIONS).split('\n').filter(Boolean);
  const known = new Set([todaysMigrations(root).join()]);
  // Before each change the newest version without it; and HEAD, where a migration is not committed yet.
  return ['HEAD', ...changes.map((commit) => `${commit}^`)].flatMap((ref) => {
    const version = versionIfAny(root, ref);
    if (version === null || known.has(version.migrations.join())) return [];
    known.add(version.migrations.join());
    return [version];
  });
}

/** Null: it came before the first migration, or a shallow history does not reach it. */
function versionIfAny(root: string, ref: string): Version | null {
  try {
    return versionAt(root, ref);
  } catch {
    return null;
  }
}

/** A copy without its history may lie inside some other repository. */
function whyNoRepository(root: string): string | null {
  try {
    const top = realpathSync(git(root, 'rev-parse', '--show-toplevel').trim());
    return top === realpathSync(root) ? null : 'no history: it lies inside another repository';
  } catch {
    return 'no history: git is not installed, or this is no working tree of it';
  }
}

function namesIn(paths: readonly string[]): readonly string[] {
  const names = paths.flatMap((path) => MIGRATION_FILE.exec(path.replace(/^.*\//, ''))?.[1] ?? []);
  return [...new Set(names)].sort();
}
