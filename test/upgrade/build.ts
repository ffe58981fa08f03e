/** Builds a former version in a folder of its own, as its own `npm run build` does it. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHANNELS } from '../faults/sites.js';
import { git } from './git.js';

export interface Built {
  /** Holds its `dist`. */
  readonly root: string;
  /** Those of the episodes' channels that it has. */
  readonly channels: readonly (typeof CHANNELS)[number][];
  remove(): void;
}

const run = promisify(execFile);
const LOCK = 'package-lock.json';
/** The entry of a lock file that describes the project itself. */
const OWN = '';
const SAID_CHARACTERS = 2_000;
const MAX_PRINTED_BYTES = 64 * 1_024 * 1_024;

/** `from`: the working tree whose history has the commit. Its packages are used as they are where they are those it was locked to. */
export async function buildFormer(from: string, commit: string): Promise<Built> {
  const root = mkdtempSync(join(tmpdir(), 'gate-former-'));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  try {
    const archive = join(root, 'former.tar');
    git(from, 'archive', '--format=tar', `--output=${archive}`, commit);
    await told('tar', ['-xf', archive], root);
    await install(from, root);
    await told('npm', ['run', 'build'], root);
  } catch (error) {
    remove();
    throw error;
  }
  return { root, channels: CHANNELS.filter((channel) => existsSync(join(root, 'bots', channel))), remove };
}

/** Its own packages. What it has in common with this version is copied: to compile the database's driver takes minutes. */
async function install(from: string, root: string): Promise<void> {
  const packages = join(root, 'node_modules');
  if (hasItsPackages(from, root)) return symlinkSync(realpathSync(join(from, 'node_modules')), packages);
  cpSync(realpathSync(join(from, 'node_modules')), packages, { recursive: true, verbatimSymlinks: true });
  await told('npm', ['install', '--no-save', '--no-audit', '--no-fund'], root);
}

/** Whether the packages here are, among others, those of the former version, each in its place. */
function hasItsPackages(from: string, root: string): boolean {
  const here = packagesOf(from);
  return Object.entries(packagesOf(root)).every(
    ([place, { version }]) => place === OWN || here[place]?.version === version,
  );
}

function packagesOf(root: string): Readonly<Record<string, { readonly version?: string }>> {
  const lock = JSON.parse(readFileSync(join(root, LOCK), 'utf8')) as {
    readonly packages: ReturnType<typeof packagesOf>;
  };
  return lock.packages;
}

/** Rejects with the last that it said. */
async function told(command: string, words: readonly string[], cwd: string): Promise<void> {
  const env = { ...process.env, NODE_OPTIONS: '' }; // what the tests need of Node is nothing to a build
  await run(command, [...words], { cwd, env, maxBuffer: MAX_PRINTED_BYTES }).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.slice(-SAID_CHARACTERS);
    throw new Error(`${command} ${words.join(' ')} failed in ${cwd}\n${said}`, { cause: error });
  });
}
