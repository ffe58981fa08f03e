/** The stylesheet and the icon of our pages. Read once at start; their URLs carry a digest, so browsers may keep them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Express } from 'express';
import { sha256Hex } from '../base/digest.js';
import { packageRoot } from '../base/package-root.js';

const KEEP_FOREVER = 'public, max-age=31536000, immutable';

export interface Assets {
  readonly stylesheetUrl: string;
  readonly iconUrl: string;
  route(app: Express): void;
}

export function loadAssets(): Assets {
  const stylesheet = load('pages.css', 'text/css; charset=utf-8');
  const icon = load('icon.svg', 'image/svg+xml');
  return {
    stylesheetUrl: stylesheet.url,
    iconUrl: icon.url,
    route(app) {
      for (const asset of [stylesheet, icon]) {
        app.get(asset.path, (_request, response) => {
          response.set('cache-control', KEEP_FOREVER).set('content-type', asset.type).send(asset.bytes);
        });
      }
    },
  };
}

function load(name: string, type: string): { path: string; url: string; type: string; bytes: Buffer } {
  const bytes = readFileSync(join(packageRoot(), 'src/http/web', name));
  const path = `/assets/${name}`;
  return { path, url: `${path}?v=${sha256Hex(bytes).slice(0, 12)}`, type, bytes };
}
