/** Where this package lies on disk: assets and bundles are found from here, however the code was compiled. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Where the build leaves `local-times.js`, the script that every page with times is served. Below the package's root. */
export const LOCAL_TIMES_FOLDER = 'dist/web/src/base/text/web';
