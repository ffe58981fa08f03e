/** `open_paths` of a site: what passes without a grant. It may stand in the site's own table or in its gate's, once. */
import { z } from 'zod';
import { readOpenPath, type OpenPath } from '../../approval/open-path.js';
import { judged } from '../read-table.js';
import type { Reading } from './reading.js';

/** So many are read by nobody any more, and each is looked at for every request that has no grant. */
const MAX_OPEN_PATHS = 32;

export const OPEN_PATHS = z
  .array(
    judged((text) => {
      const read = readOpenPath(text);
      return 'problem' in read ? read : null;
    }),
  )
  .check((context) => {
    if (context.value.length <= MAX_OPEN_PATHS) return;
    context.issues.push({
      code: 'custom',
      input: context.value,
      message: `has ${String(context.value.length)} entries, more than ${String(MAX_OPEN_PATHS)}`,
      params: { cure: 'Name a path that several have in common: "/hooks/*".' },
    });
  });

interface Written {
  readonly site: readonly string[] | undefined;
  readonly gate: readonly string[] | undefined;
}

/** Those of the one table that names any; of both, none, because nobody can say which was meant. */
export function openPathsOf(path: string, { site, gate }: Written, reading: Reading): readonly OpenPath[] {
  if (site !== undefined && gate !== undefined) {
    reading.tell(`${path}.auth_gate.open_paths`, {
      problem: 'stands in the site itself, too',
      cure: 'Write all of them in one place: in the site, above [sites.auth_gate].',
    });
    return [];
  }
  const read = (site ?? gate ?? []).map(readOpenPath).filter((one): one is OpenPath => !('problem' in one));
  return [...new Map(read.map((one) => [one.text, one])).values()];
}
