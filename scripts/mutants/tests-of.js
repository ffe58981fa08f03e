// Which tests can notice a change of a file: those that import it, over however many steps; the nearest first.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Workers are named by an URL. */
const IMPORT = /(?:from|import|new URL)\s*\(?\s*['"](\.[^'"]+\.js)['"]/g;
/** Whole processes under load, for minutes. `--e2e` adds the first of them. */
const HEAVY = ['test/e2e/', 'test/faults/', 'test/soak/', 'test/upgrade/'];

/**
 * @param {string} out The folder of the compiled tests.
 * @param {{ readonly isE2eToo: boolean, readonly max: number }} wish
 * @returns {(file: string) => readonly string[]} From a source file to its tests, as paths in `out`.
 */
export function testsOf(out, { isE2eToo, max }) {
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  /** @type {Map<string, string[]>} From a file to those that import it. */
  const importers = new Map();
  for (const file of files) {
    for (const [, path] of readFileSync(join(out, file), 'utf8').matchAll(IMPORT)) {
      const imported = relative(out, join(out, dirname(file), path));
      importers.set(imported, [...(importers.get(imported) ?? []), file]);
    }
  }
  const left = isE2eToo ? HEAVY.slice(1) : HEAVY;
  return (file) => {
    const changed = file.replace(/\.ts$/, '.js');
    const steps = distances(changed, importers);
    return [...steps.keys()]
      .filter((name) => name.endsWith('.test.js') && !left.some((folder) => name.startsWith(folder)))
      .sort(
        (one, other) =>
          rank(one, changed, steps) - rank(other, changed, steps) ||
          kinship(other, changed) - kinship(one, changed) ||
          (one < other ? -1 : 1),
      )
      .slice(0, max);
  };
}

function distances(file, importers) {
  const steps = new Map([[file, 0]]);
  const queue = [file];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const importer of importers.get(at) ?? []) {
      if (steps.has(importer)) continue;
      steps.set(importer, (steps.get(at) ?? 0) + 1);
      queue.push(importer);
    }
  }
  return steps;
}

/** The room's own tests come before those of other rooms, and a near test before a far one. */
function rank(test, changed, steps) {
  return (steps.get(test) ?? 0) + (isOfRoom(test, changed) ? 0 : 10);
}

/** How many words their names share: of tests that are equally near, `stream.test.ts` is the one for `streams.ts`. */
function kinship(test, changed) {
  const own = new Set(wordsOf(changed));
  return wordsOf(test).filter((word) => own.has(word)).length;
}

function wordsOf(path) {
  const words = path.replace(/(\.test)?\.js$/, '').split(/[/-]/);
  return words.slice(2).map((word) => word.replace(/s$/, ''));
}

function isOfRoom(test, changed) {
  const room = roomOf(changed);
  const isChannels = room.startsWith('bots/') && /^test\/contract\/(notifier|inbound|connecting)\//.test(test);
  return isChannels || new RegExp(`^test/(contract/)?${room.replace('bots/', '')}/`).test(test);
}

/** `gate` of `src/gate/check/check.ts`, `bots/slack`, `cards`. */
export function roomOf(file) {
  const [top = '', second = ''] = file.split('/');
  if (top === 'bots') return second.includes('.') ? 'bots' : `bots/${second}`;
  if (top !== 'src') return top;
  return second.replace(/\.[jt]s$/, '');
}
