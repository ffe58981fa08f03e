/** How many files this process may have open: the soft limit, which Node raises to the hard one as it starts. */
import { readFileSync } from 'node:fs';

/** What most systems give, where ours does not say. */
const USUAL = 1_024;
const UNLIMITED = 1_048_576;

export function descriptorLimit(file = '/proc/self/limits'): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return USUAL; // not Linux
  }
  const [, soft] = /^Max open files\s+(\d+|unlimited)\s/m.exec(text) ?? [];
  if (soft === undefined) return USUAL;
  return soft === 'unlimited' ? UNLIMITED : Number(soft);
}
