/** Two files in `DATA_DIR` for the CLI: a bearer, new with every start and readable only by this user, and the plane's port. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from '../../base/chance.js';
import { Secret } from '../../base/secret.js';
import type { Config } from '../../config/config.js';

const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;

export interface AdminFiles {
  readonly token: Secret;
  /** Call it once the plane listens: the CLI takes these files for a gate that answers. */
  announce(): void;
  withdraw(): void;
}

export function adminFiles(config: Config, process: { readonly pid: number; readonly chance: Chance }): AdminFiles {
  const token = new Secret(process.chance.hex(TOKEN_BYTES));
  const place = join(config.dataDir, 'admin.json');
  return {
    token,
    announce() {
      writeFresh(join(config.dataDir, 'admin.token'), token.revealText());
      writeFresh(place, JSON.stringify({ port: config.adminPort, pid: process.pid }));
    },
    withdraw: () => rmSync(place, { force: true }),
  };
}

/** Written whole or not at all. A new file replaces the old one, because a mode applies only to a file that is created. */
function writeFresh(path: string, text: string): void {
  const fresh = `${path}.new`;
  try {
    rmSync(fresh, { force: true });
    writeFileSync(fresh, text, { mode: OWNER_ONLY, flag: 'wx' });
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
