/** Style and script of the visitor's page, read once at start and named with a digest, so that browsers may keep them. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { RESERVED } from '../../approval/reserved-paths.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import { LOCAL_TIMES_FOLDER, packageRoot } from '../../base/process/package-root.js';

export type AssetName = 'gate.css' | 'pending.js' | 'local-times.js';

export interface Assets {
  readonly urlOf: (name: AssetName) => string;
  /** False when there is no such file. */
  send(response: ServerResponse, name: string, isHead: boolean): boolean;
}

const FILES = {
  'gate.css': { path: 'src/gate/web/gate.css', type: 'text/css; charset=utf-8' },
  'local-times.js': { path: `${LOCAL_TIMES_FOLDER}/local-times.js`, type: 'text/javascript; charset=utf-8' },
  'pending.js': { path: 'dist/web/src/gate/web/pending.js', type: 'text/javascript; charset=utf-8' },
} as const satisfies Record<AssetName, { path: string; type: string }>;

const VERSION_CHARACTERS = 12;
const KEEP_SECONDS = 86_400;

/** Throws when a file is missing: then the product was not built. */
export function openAssets(root = packageRoot()): Assets {
  const files = new Map(
    Object.entries(FILES).map(([name, { path, type }]) => {
      const body = readFileSync(join(root, path));
      return [name, { body, type, url: `${RESERVED}assets/${name}?v=${sha256Hex(body).slice(0, VERSION_CHARACTERS)}` }];
    }),
  );
  return {
    urlOf: (name) => files.get(name)?.url ?? '',
    send(response, name, isHead) {
      const file = files.get(name);
      if (file === undefined) return false;
      response.writeHead(200, {
        'content-type': file.type,
        'content-length': file.body.length,
        'cache-control': `public, max-age=${String(KEEP_SECONDS)}`,
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex, nofollow, noarchive',
        'cross-origin-resource-policy': 'same-origin',
      });
      response.end(isHead ? undefined : file.body);
      return true;
    },
  };
}
