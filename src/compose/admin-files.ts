/** What the CLI finds in `DATA_DIR`: a bearer, new with every start and readable by this user alone, and the plane's port. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from '../base/chance.js';
import { Secret } from '../base/secret.js';
import type { Config } from '../config/config.js';

const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;

export interface AdminFiles {
  readonly token: Secret;
  /** Called once the plane listens: only then is there somebody to find. */
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

/** Removed first: the mode counts for a new file only, and an old one may have been anything. */
function writeFresh(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: OWNER_ONLY, flag: 'wx' });
}
