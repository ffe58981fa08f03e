/** What both Express planes have in common before their routes: strict matching, no banner, no guessing. */
import express, { type Express } from 'express';
import type { Mount } from '../../contract/mount.js';

export function createPlane(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  return app;
}

export function mountAll(app: Express, mounts: readonly Mount[]): void {
  for (const mount of mounts) {
    if ('disable' in mount.app) mount.app.disable('x-powered-by');
    app.use(mount.path, mount.app);
  }
}
