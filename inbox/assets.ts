/** The web inbox's files: ours as the build left them, the card renderer from its own package. Revalidated by ETag. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type Router } from 'express';
import { LOCAL_TIMES_FOLDER, packageRoot } from '../src/base/process/package-root.js';

export function assets(): Router {
  const root = packageRoot();
  const renderer = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js');
  const folders: Readonly<Record<string, string>> = {
    'adaptivecards.min.js': dirname(renderer),
    'inbox.css': join(root, 'inbox', 'web'),
    'local-times.js': join(root, LOCAL_TIMES_FOLDER),
    ...Object.fromEntries(SCRIPTS.map((name) => [name, join(root, 'dist', 'web', 'inbox', 'web')])),
  };
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get('/:name', (request, response, next) => {
    const { name } = request.params;
    const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
    if (folder === undefined) next();
    else response.sendFile(name, { root: folder, cacheControl: false, headers: { 'cache-control': 'no-cache' } });
  });
  return router;
}

const SCRIPTS = ['inbox.js', 'card.js', 'host-config.js', 'post.js', 'thread.js'];
