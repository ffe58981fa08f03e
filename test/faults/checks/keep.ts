/** Keeps the evidence of an episode that broke a promise, so that it can be read when everything that made it is gone. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../plan.js';
import type { Evidence } from './evidence.js';
import { shown } from './shown.js';

interface Kept {
  readonly seed: string;
  /** Null: nothing was done to it by a plan. */
  readonly plan: Plan | null;
  readonly violations: readonly string[];
}

/** Answers the file, a JSON text: everything that the checks were given. Nothing in it is a secret of anybody. */
export function keepEvidence(evidence: Evidence, { seed, plan, violations }: Kept): string {
  const { journal, gates, fakes, letsIn, ...rest } = evidence;
  const file = join(mkdtempSync(join(tmpdir(), 'gate-faults-evidence-')), 'evidence.json');
  const kept = {
    seed,
    violations,
    plan,
    journal: { ...journal, commanded: Object.fromEntries(journal.commanded) },
    gates: gates.map(({ name, unbidden, events, errors }) => ({ name, unbidden, events, errors })),
    letsIn: Object.fromEntries(letsIn),
    shown: shown(fakes, rest.rows),
    mails: fakes.smtp.mails().map(({ messageId }) => messageId),
    ...rest,
  };
  writeFileSync(file, JSON.stringify(kept, null, 1));
  return file;
}
