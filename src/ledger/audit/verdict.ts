/** What the walk over the trail found, in sentences, for the command line and the console alike. */
import { utcMinute } from '../../approval/sentences.js';
import type { AuditHead } from '../../contract/ledger.js';
import { SEALED_WITHIN_MS, type TrailProblem, type Verification } from '../verbs/audit/verify.js';

/** Heads that were kept outside the database. */
export interface KeptHeads {
  readonly head?: AuditHead;
  /** What DATA_DIR/audit.head keeps; null: nothing. */
  readonly own?: AuditHead | null;
}

/** The last time there is (ECMA-262, time range). */
const MAX_TIME_MS = 8.64e15;

export function isWhole({ problemCount }: Verification): boolean {
  return problemCount === 0;
}

/** The verdict first. */
export function verdictLines(found: Verification, { head: kept, own = null }: KeptHeads): readonly string[] {
  return [
    ...verdict(found, kept),
    ...missingOf(found, own),
    ...erasedOf(found),
    ...unsealedOf(found),
    ...headOf(found, kept),
  ];
}

function verdict(found: Verification, kept: AuditHead | undefined): readonly string[] {
  const { sealed, problems, problemCount } = found;
  if (isWhole(found)) {
    const since = kept === undefined ? '' : `; the head that you kept is in it, at ${String(kept.number)}`;
    return [`The trail is whole: ${count(sealed, 'sealed entry', 'sealed entries')}${since}.`];
  }
  const more = problemCount > problems.length ? [`  and ${String(problemCount - problems.length)} more`] : [];
  const title = `The trail is NOT whole: ${count(problemCount, 'problem', 'problems')} in ${count(sealed, 'sealed entry', 'sealed entries')}.`;
  return [title, ...problems.map((problem) => `  ${sentence(problem)}`), ...more];
}

function sentence({ kind, number, id, through = number }: TrailProblem): string {
  const at = id === null ? `number ${String(number)}` : `number ${String(number)} (id ${String(id)})`;
  switch (kind) {
    case 'changed':
      return `${at}: the entry is not the one that was sealed`;
    case 'removed':
      return `${at}: the entry was removed`;
    case 'missing':
      return through === number
        ? `${at}: the seal was removed`
        : `numbers ${String(number)} to ${String(through)}: the seals were removed`;
    case 'moved':
      return `${at}: the entry was sealed under this number and now says another`;
    case 'unlinked':
      return `${at}: its seal does not follow from the one before: moved, or written anew`;
    case 'stray':
      return `${at}: the entry says this number, and no seal is of it`;
    case 'head':
      return `${at}: the chain's own mark is not the seal that is there`;
    case 'kept_cut':
      return `${at}: the head that you kept is gone: the trail was cut off before it`;
    case 'kept_rewritten':
      return `${at}: the head that you kept has another seal now: the trail was written anew`;
  }
}

/** What follows where the head of our own is the one that is gone. */
function missingOf({ problems, head }: Verification, own: AuditHead | null): readonly string[] {
  const isGone = problems.some(({ kind, number }) => kind.startsWith('kept_') && number === own?.number);
  if (own === null || !isGone) return [];
  const end = `the trail ends at ${String(head?.number ?? 0)}`;
  return [
    `Acts are missing: DATA_DIR/audit.head keeps number ${String(own.number)}, and ${end}. An older backup was put back, or the trail was`,
    'cut off or written anew. When you know which: gate audit head --keep',
  ];
}

function erasedOf({ erased }: Verification): readonly string[] {
  const { youngestAtMs } = erased;
  if (youngestAtMs === null) return [];
  const isTime = Math.abs(youngestAtMs) < MAX_TIME_MS;
  const youngest = `the youngest of ${isTime ? utcMinute(youngestAtMs) : 'no time at all'}`;
  return [`Erased by retention, and still sealed: ${count(erased.count, 'entry', 'entries')}, ${youngest}.`];
}

function unsealedOf({ unsealed: { count: waiting, oldestAgeMs } }: Verification): readonly string[] {
  if (oldestAgeMs === null) return ['Not sealed yet: nothing.'];
  const age = `the oldest for ${String(Math.round(oldestAgeMs / 1_000))} s`;
  const cure = oldestAgeMs > SEALED_WITHIN_MS ? ' Nobody seals them: run a process with the role courier.' : '';
  return [`Not sealed yet: ${count(waiting, 'entry', 'entries')}, ${age}.${cure}`];
}

function headOf(found: Verification, kept: AuditHead | undefined): readonly string[] {
  if (found.head === null || !isWhole(found)) return [];
  const advice = kept === undefined ? ' (keep it elsewhere: only with it a rewritten trail is known)' : '';
  return [`Head: ${String(found.head.number)}:${found.head.seal}${advice}`];
}

function count(of: number, one: string, many: string): string {
  return `${of.toLocaleString('en')} ${of === 1 ? one : many}`;
}
