/** How a gate is started with seams that no variable reaches. */
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.js';
import type { GateOptions } from './gate-process.js';
import type { Seams } from './serve-with-seams.js';

/** `root`: where the compiled product lies, as `<root>/out`; our own where absent. */
export function seamed(seams: Seams, root = packageRoot()): Required<Pick<GateOptions, 'main' | 'arguments'>> {
  return { main: join(root, 'out/test/e2e/serve-with-seams.js'), arguments: [JSON.stringify(seams)] };
}
