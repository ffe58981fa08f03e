/** What is known to go wrong beside versions of long ago, and cannot be mended any more: they are not changed, and we are right. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Excuse {
  readonly why: string;
  readonly covers: (violation: string) => boolean;
}

interface Known {
  /** A file that a version without this fault has. */
  readonly mendedBy: string;
  readonly why: string;
  readonly violations: readonly RegExp[];
}

const KNOWN: readonly Known[] = [
  {
    mendedBy: 'bots/talk/address.ts',
    why: 'it knows no workspaces in Talk: a card that we wrote for “acme:ada” and that it sends goes to nobody, and is given up',
    violations: [
      /over talk: unknown_user$/,
      /gate doctor lists \d+ cards$/,
      /in vain: its card$/,
      /^a card of the new version was never sent by the other one$/,
    ],
  },
];

/** `root`: where the former version lies. */
export function excusesFor(root: string): readonly Excuse[] {
  return KNOWN.filter(({ mendedBy }) => !existsSync(join(root, mendedBy))).map(({ why, violations }) => ({
    why,
    covers: (violation) => violations.some((pattern) => pattern.test(violation)),
  }));
}
