/** `npm run mutations` takes its guards out by their exact texts: whoever rewrites one hears of it here, at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/package-root.js';
import { PROMISES } from './checks/checks.js';

interface Mutant {
  readonly name: string;
  readonly promises: readonly string[];
  readonly edits: readonly { readonly file: string; readonly find: string; readonly put: string }[];
}

const script = pathToFileURL(join(packageRoot(), 'scripts/mutants.js')).href;
const { MUTANTS } = (await import(script)) as { readonly MUTANTS: readonly Mutant[] };

test.each(MUTANTS)('$name: what is taken out stands in its file once', ({ edits }) => {
  const times = edits.map(({ file, find }) => readFileSync(join(packageRoot(), file), 'utf8').split(find).length - 1);

  expect(times).toEqual(edits.map(() => 1));
});

test.each(MUTANTS)('$name: the promises that it must break are promises that are checked', ({ promises }) => {
  expect(promises.filter((promise) => !PROMISES.includes(promise))).toEqual([]);
  expect(promises).not.toEqual([]);
});
