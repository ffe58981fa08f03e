/**
 * `--profile <folder>`: every Node process of ours that is measured writes what it did, a CPU profile a thread. The
 * flag `--cpu-prof` would leave out the SQLite worker, which starts without its process's own flags.
 */
import { resolve } from 'node:path';

/** Where profiles go, for this process and those it starts. */
const FOLDER = 'BENCH_PROFILE_FOLDER';
const NAME = 'BENCH_PROFILE_NAME';

export function profileInto(folder: string): void {
  process.env[FOLDER] = resolve(folder);
}

/** In a process that is to be profiled: where to, and what it is called. Null where nobody asked. */
export function ownProfile(): { readonly folder: string; readonly name: string } | null {
  const folder = process.env[FOLDER] ?? '';
  return folder === '' ? null : { folder, name: process.env[NAME] ?? 'process' };
}

/** The environment for a process of that name. */
export function withProfile(name: string, environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const folder = process.env[FOLDER] ?? '';
  if (folder === '') return environment;
  return withImport(new URL('./profiled.js', import.meta.url), { ...environment, [FOLDER]: folder, [NAME]: name });
}

/** Has the process, and each of its worker threads, load this module before anything else. */
export function withImport(module: URL, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const options = [environment['NODE_OPTIONS'] ?? '', `--import=${module.href}`].filter((option) => option !== '');
  return { ...environment, NODE_OPTIONS: options.join(' ') };
}
