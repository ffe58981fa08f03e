/** `npm run guards` takes its guards out by their exact texts: whoever rewrites one hears of it here, at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/process/package-root.js';
import { PROMISES } from './checks/checks.js';

interface Guard {
  readonly name: string;
  readonly promises: readonly string[];
  readonly edits: readonly { readonly file: string; readonly find: string; readonly put: string }[];
}

const script = pathToFileURL(join(packageRoot(), 'scripts/guard-list.js')).href;
const { GUARDS } = (await import(script)) as { readonly GUARDS: readonly Guard[] };

test.each(GUARDS)('$name: what is taken out stands in its file once', ({ edits }) => {
  const times = edits.map(({ file, find }) => readFileSync(join(packageRoot(), file), 'utf8').split(find).length - 1);

  expect(times).toEqual(edits.map(() => 1));
});

test.each(GUARDS)('$name: the promises that it must break are promises that are checked', ({ promises }) => {
  expect(promises.filter((promise) => !PROMISES.includes(promise))).toEqual([]);
  expect(promises).not.toEqual([]);
});
