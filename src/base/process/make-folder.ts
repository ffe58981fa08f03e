/**
 * Makes a folder, step by step from the last one that is there. Node's own `recursive` never returns where the system says
 * that a folder is missing and does not let it be made, as below `/proc`.
 */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const OWNER_ONLY = 0o700;

/** The message names the folder and what is wrong with it, for the operator. */
export class FolderRefused extends Error {
  readonly code = 'folder_refused';
}

/** The folder is there afterwards, and this user may write it. Those that are made are for their owner alone. Throws `FolderRefused`. */
export function makeFolder(path: string): void {
  const wanted = resolve(path);
  make(wanted, wanted);
  try {
    accessSync(wanted, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw refused(wanted, `it may not be written${codeOf(error)}`);
  }
}

function make(path: string, wanted: string): void {
  const found = statOf(path, wanted);
  if (found === 'folder') return;
  if (found === 'file') throw refused(wanted, path === wanted ? 'it is no folder' : `${path} is no folder`);
  make(dirname(path), wanted);
  try {
    mkdirSync(path, { mode: OWNER_ONLY });
  } catch (error) {
    if (statOf(path, wanted) === 'folder') return; // somebody else was quicker
    throw refused(wanted, `${path} cannot be made${codeOf(error)}`);
  }
}

function statOf(path: string, wanted: string): 'folder' | 'file' | null {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw refused(wanted, `${path} cannot be looked at${codeOf(error)}`);
  }
}

function refused(wanted: string, why: string): FolderRefused {
  return new FolderRefused(`the folder ${wanted} cannot be used: ${why}`);
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? '' : ` (${code})`;
}
