/** The stylesheet, the icon and the scripts of our pages. Read once at start; their URLs carry a digest, so browsers may keep them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Express } from 'express';
import { sha256Hex } from '../../base/crypto/digest.js';
import { LOCAL_TIMES_FOLDER, packageRoot } from '../../base/process/package-root.js';

const KEEP_FOREVER = 'public, max-age=31536000, immutable';

export interface Assets {
  readonly stylesheetUrl: string;
  readonly iconUrl: string;
  /** Shows the page's times in the reader's own time; without it they are in UTC. */
  readonly timesUrl: string;
  /** Ask the browser for a passkey: the library, and then ours. */
  readonly passkeyUrls: readonly [library: string, own: string];
  /** Keeps a page of the console as it is now. */
  readonly liveUrl: string;
  /** Prints a page. */
  readonly printUrl: string;
  route(app: Express): void;
}

export function loadAssets(): Assets {
  const stylesheet = load('pages.css', 'text/css; charset=utf-8');
  const icon = load('icon.svg', 'image/svg+xml');
  const times = load('local-times.js', 'text/javascript; charset=utf-8', LOCAL_TIMES_FOLDER);
  const passkeys = load('passkeys.js', 'text/javascript; charset=utf-8', SCRIPTS_FOLDER);
  const print = load('print.js', 'text/javascript; charset=utf-8', SCRIPTS_FOLDER);
  const live = load('live.js', 'text/javascript; charset=utf-8', SCRIPTS_FOLDER);
  const webauthn = loadFile('webauthn.js', 'text/javascript; charset=utf-8', webauthnLibrary());
  return {
    stylesheetUrl: stylesheet.url,
    iconUrl: icon.url,
    timesUrl: times.url,
    passkeyUrls: [webauthn.url, passkeys.url],
    liveUrl: live.url,
    printUrl: print.url,
    route(app) {
      for (const asset of [stylesheet, icon, times, webauthn, passkeys, print, live]) {
        app.get(asset.path, (_request, response) => {
          response.set('cache-control', KEEP_FOREVER).set('content-type', asset.type).send(asset.bytes);
        });
      }
    },
  };
}

/** Where the build leaves the scripts of our own. Below the package's root, as all here. */
const SCRIPTS_FOLDER = 'dist/web/src/http/web';

/** The library for it, as its package has it: one file, without imports. The package names only its entry. */
function webauthnLibrary(): string {
  const entry = createRequire(import.meta.url).resolve('@simplewebauthn/browser');
  return join(dirname(entry), '../dist/bundle/index.umd.min.js');
}

interface Asset {
  readonly path: string;
  readonly url: string;
  readonly type: string;
  readonly bytes: Buffer;
}

function load(name: string, type: string, folder = 'src/http/web'): Asset {
  return loadFile(name, type, join(packageRoot(), folder, name));
}

function loadFile(name: string, type: string, file: string): Asset {
  const bytes = readFileSync(file);
  const path = `/assets/${name}`;
  return { path, url: `${path}?v=${sha256Hex(bytes).slice(0, 12)}`, type, bytes };
}
