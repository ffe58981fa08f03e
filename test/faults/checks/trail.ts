/** The audit trail is whole, whoever was killed while sealing it. How much of it is sealed by now is no promise of a moment. */
import type { Check } from './evidence.js';

interface Verified {
  readonly isWhole: boolean;
  readonly sealed: number;
  readonly unsealed: { readonly count: number };
  readonly problems: readonly unknown[];
}

export const keepsTheTrailWhole: Check = ({ trail, rows }) => {
  const verified = read(trail);
  if (verified === null) return [`gate audit verify printed no answer: ${trail.slice(0, 200)}`];
  const told = verified.sealed + verified.unsealed.count;
  return [
    ...verified.problems.map((problem) => `gate audit verify found ${JSON.stringify(problem)}`),
    ...(verified.isWhole || verified.problems.length > 0 ? [] : ['gate audit verify does not call it whole']),
    ...(told < rows.audit.length ? [`${String(told)} entries were looked at, of ${String(rows.audit.length)}`] : []),
    ...(verified.sealed === 0 ? ['nothing was ever sealed'] : []),
  ];
};

function read(trail: string): Verified | null {
  try {
    return JSON.parse(trail) as Verified;
  } catch {
    return null;
  }
}
