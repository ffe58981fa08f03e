/** How a gate is started with seams that no variable reaches. */
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.js';
import type { GateOptions } from './gate-process.js';
import type { Seams } from './serve-with-seams.js';

export function seamed(seams: Seams): Required<Pick<GateOptions, 'main' | 'arguments'>> {
  return { main: join(packageRoot(), 'out/test/e2e/serve-with-seams.js'), arguments: [JSON.stringify(seams)] };
}
