/**
 * Verifies the trail from its first number to its last, page by page, whatever its length. It reads what its writer wrote
 * and computes it anew; nothing else is believed. What a wrong entry looked like before, nobody can say: only that it is
 * not the one that was sealed.
 */
import type { AuditHead, AuditTrail, Sealed } from '../../../contract/ledger.js';
import { commitmentOf, hashesOf, sealOf } from './scheme.js';

/** Even the entries of a burst are sealed within minutes. Older than this, no process seals them. */
export const SEALED_WITHIN_MS = 600_000;

const PAGE = 500;
/** So many problems are named; beyond them they are counted. */
const MAX_NAMED = 100;
/** So many seals that stand in a wrong place are remembered, to know what follows from them again. */
const MAX_DISPLACED = 16;

/**
 * `changed`: the entry is not the one that was sealed. `removed`: a seal without its entry. `missing`: numbers (to
 * `through`) without a seal. `moved`: the entry gives itself another number than its seal does. `unlinked`: the seal does
 * not follow from the one before. `stray`: an entry with a number that no seal gave it. `head`: the chain's own mark
 * does not fit. `kept_cut`, `kept_rewritten`: the head that was kept is not there any more, or reads otherwise now.
 */
export interface TrailProblem {
  readonly kind:
    'changed' | 'removed' | 'missing' | 'moved' | 'unlinked' | 'stray' | 'head' | 'kept_cut' | 'kept_rewritten';
  readonly number: number;
  /** Null: not known any more. */
  readonly id: number | null;
  /** Of several missing numbers the last. */
  readonly through?: number;
}

export interface Verification {
  /** The last seal that was read; null: nothing is sealed. */
  readonly head: AuditHead | null;
  readonly sealed: number;
  /** Entries with an erased field, and when the youngest of them was written: retention erases none before its time. */
  readonly erased: { readonly count: number; readonly youngestAtMs: number | null };
  readonly unsealed: { readonly count: number; readonly oldestAgeMs: number | null };
  /** The first ones. */
  readonly problems: readonly TrailProblem[];
  readonly problemCount: number;
}

/** `given`: heads that were kept before, outside the database. */
export async function verifyTrail(trail: AuditTrail, ...given: readonly (AuditHead | null)[]): Promise<Verification> {
  const walk = createWalk();
  const kept = given.filter((head) => head !== null);
  const before = await trail.head();
  const marks = new Map<number, string>([before, ...kept].map((mark) => [mark?.number ?? 0, '']));
  for (;;) {
    const page = await trail.sealed({ after: walk.lastNumber(), limit: PAGE });
    for (const sealed of page) {
      walk.judge(sealed);
      if (marks.has(sealed.number)) marks.set(sealed.number, sealed.seal);
    }
    if (page.length === 0) break;
  }
  judgeMarks(walk, { before, after: await trail.head(), kept, marks });
  for (const { id, number } of await trail.strays(MAX_NAMED)) walk.tell({ kind: 'stray', number, id });
  return { ...walk.result(), unsealed: await trail.unsealed() };
}

interface Walk {
  lastNumber(): number;
  judge(sealed: Sealed): void;
  tell(problem: TrailProblem): void;
  result(): Omit<Verification, 'unsealed'>;
}

function createWalk(): Walk {
  const problems: TrailProblem[] = [];
  const links = createLinks();
  let problemCount = 0;
  let head: AuditHead | null = null;
  let sealed = 0;
  let erased: Verification['erased'] = { count: 0, youngestAtMs: null };

  function tell(problem: TrailProblem): void {
    problemCount += 1;
    if (problems.length < MAX_NAMED) problems.push(problem);
  }

  return {
    lastNumber: () => head?.number ?? 0,
    tell,
    judge(one) {
      const expected = (head?.number ?? 0) + 1;
      if (one.number > expected) tell({ kind: 'missing', number: expected, id: null, through: one.number - 1 });
      const isLinked = links.follows(one, one.number === expected);
      const kind = wrongIn(one) ?? (isLinked ? null : 'unlinked');
      if (kind !== null) tell({ kind, number: one.number, id: one.id });
      if (one.entry !== null && isErased(one)) {
        erased = { count: erased.count + 1, youngestAtMs: Math.max(erased.youngestAtMs ?? 0, one.entry.atMs) };
      }
      sealed += 1;
      head = { number: one.number, seal: one.seal };
    },
    result: () => ({ head, sealed, erased, problems, problemCount }),
  };
}

function wrongIn({ number, commitment, hidden, entry }: Sealed): 'removed' | 'moved' | 'changed' | null {
  if (entry === null) return 'removed';
  if (entry.number !== number) return 'moved';
  const hashes = hashesOf(entry, hidden);
  return hashes === null || commitmentOf(entry, hashes) !== commitment ? 'changed' : null;
}

function isErased({ hidden }: Sealed): boolean {
  return Object.values(hidden).some(({ kind }) => kind === 'erased');
}

/**
 * Whether each seal follows from the one before. After one that does not, the next is given the seal that should have
 * been there, and those that were found out of place: so one wrong seal is named once, and not all that come after it.
 */
function createLinks(): { follows(sealed: Sealed, hasPrevious: boolean): boolean } {
  let previous: string | null = null;
  let computed: string | null = null;
  let displaced: readonly string[] = [];
  return {
    follows({ number, commitment, seal }, hasPrevious) {
      const candidates = [previous, computed, ...displaced];
      const isLinked = !hasPrevious || candidates.some((one) => sealOf(one, number, commitment) === seal);
      computed = sealOf(previous, number, commitment);
      previous = seal;
      if (!isLinked) displaced = [seal, ...displaced].slice(0, MAX_DISPLACED);
      return isLinked;
    },
  };
}

interface Marks {
  /** The chain's mark before and after the walk: it may have gone on sealing meanwhile. */
  readonly before: AuditHead | null;
  readonly after: AuditHead | null;
  readonly kept: readonly AuditHead[];
  /** The seals that were found under the marked numbers; empty: none. */
  readonly marks: ReadonlyMap<number, string>;
}

function judgeMarks(walk: Walk, { before, after, kept, marks }: Marks): void {
  const last = walk.lastNumber();
  if (before !== null && before.number > last) {
    walk.tell({ kind: 'missing', number: last + 1, id: null, through: before.number });
  } else if (before !== null && marks.get(before.number) !== before.seal) {
    walk.tell({ kind: 'head', number: before.number, id: null });
  }
  if ((after?.number ?? 0) < last) walk.tell({ kind: 'head', number: after?.number ?? 0, id: null });
  for (const { number, seal } of kept) {
    const found = marks.get(number) ?? '';
    if (found === '') walk.tell({ kind: 'kept_cut', number, id: null });
    else if (found !== seal) walk.tell({ kind: 'kept_rewritten', number, id: null });
  }
}
