/** What a bench needs beside us. A peer that is not installed ends the bench: a figure without its rival is none. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** The message says how to install it. */
export class PeerMissing extends Error {
  readonly code = 'peer_missing';
}

/** `command` must be in PATH; Debian's `debianPackage` brings it. */
export function requireCommand(command: string, debianPackage: string): void {
  const found = spawnSync('sh', ['-c', `command -v "$1"`, 'sh', command], { stdio: 'ignore' });
  if (found.status === 0) return;
  throw new PeerMissing(
    `${command} is not installed. On Debian: apt-get install --no-install-recommends ${debianPackage}`,
  );
}

/**
 * An npm package that is measured against and is no dependency of ours: it lies in a folder of its own, which
 * `PEERS_DIR` names.
 */
export function requirePackage(name: string, packages: string): unknown {
  const folder = process.env['PEERS_DIR'] ?? '';
  const how = `mkdir -p /tmp/peers && npm install --prefix /tmp/peers ${packages}, then run with PEERS_DIR=/tmp/peers`;
  if (folder === '') throw new PeerMissing(`${name} is looked for in PEERS_DIR, which is not set: ${how}`);
  const load = createRequire(resolve(folder, 'package.json'));
  try {
    return load(name);
  } catch (error) {
    throw new PeerMissing(`${name} is not in ${folder}: ${how}`, { cause: error });
  }
}
