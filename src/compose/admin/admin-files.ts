/** Two files in `DATA_DIR` for the CLI: a bearer, new with every start and readable only by this user, and the plane's place. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../base/crypto/random.js';
import { Secret } from '../../base/crypto/secret.js';
import type { Config } from '../../config/config.js';

const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;

export interface AdminFiles {
  readonly token: Secret;
  /** Call it once the plane listens: the CLI takes these files for a gate that answers. */
  announce(): Promise<void>;
  withdraw(): Promise<void>;
}

export interface AdminProcess {
  readonly pid: number;
  readonly random: Random;
  /** The address that the plane listens on. */
  readonly host: string;
}

export function adminFiles(config: Config, process: AdminProcess): AdminFiles {
  const token = new Secret(process.random.hex(TOKEN_BYTES));
  const place = join(config.dataDir, 'admin.json');
  return {
    token,
    async announce() {
      await writeFresh(join(config.dataDir, 'admin.token'), token.revealText());
      await writeFresh(place, JSON.stringify({ host: process.host, port: config.adminPort, pid: process.pid }));
    },
    withdraw: () => rm(place, { force: true }),
  };
}

/** Written whole or not at all. A new file replaces the old one, because a mode applies only to a file that is created. */
async function writeFresh(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  try {
    await rm(fresh, { force: true });
    await writeFile(fresh, text, { mode: OWNER_ONLY, flag: 'wx' });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
