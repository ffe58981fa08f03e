/** People and nobodies as they were read, and how long that is worth something. */
import type { Directory } from '../../approval/site.js';
import type { Clock } from '../../base/time/clock.js';
import type { SignedInHere } from '../../contract/handed-out-here.js';

export interface RememberedPeople {
  /** Undefined: not known, or not believed any more. Null: nobody. */
  find(key: string): SignedInHere | null | undefined;
  /** Whoever it was, where nobody can be asked; null: nobody. */
  stale(key: string): SignedInHere | null;
  /** Before the database is asked. */
  begin(): {
    /** False: what was read may be worth nothing by now, and was not kept. */
    remember(key: string, person: SignedInHere | null): boolean;
  };
  /** Somebody's session ended. */
  forget(): void;
  /** Somebody's may have ended, unheard. */
  doubt(): void;
}

export interface RememberedPeopleDeps {
  readonly directory: () => Directory;
  readonly staleMaxMs: number;
  readonly clock: Clock;
}

/**
 * How long an end can go unnoticed where its hint is lost. The default of `GATE_STALE_MAX` is the same figure and
 * another matter: that is for when the database is out of reach, and whoever sets it to an hour does not want ends to
 * go unnoticed for an hour.
 */
const BELIEVED_MS = 30_000;
/** Of people, and as many of cookies that are nobody's: strangers who make cookies up push no person out. */
const MAX_REMEMBERED = 10_000;

interface Remembered {
  readonly person: SignedInHere | null;
  /** By the monotonic clock. */
  readonly readAtMs: number;
  readonly doubts: number;
}

export function rememberedPeople({ directory, staleMaxMs, clock }: RememberedPeopleDeps): RememberedPeople {
  const people = new Map<string, Remembered>();
  const nobodies = new Map<string, Remembered>();
  let known = directory();
  let endings = 0;
  let doubts = 0;

  const forget = (): void => {
    people.clear();
    nobodies.clear();
    endings += 1;
  };
  /** Who is an approver, and who is anybody at all, sites.toml says. */
  const follow = (): void => {
    const current = directory();
    if (current !== known) forget();
    known = current;
  };
  const isWithin = ({ person, readAtMs }: Remembered, ms: number): boolean =>
    clock.monotonicMs() - readAtMs <= ms && (person === null || clock.nowMs() < person.untilMs);

  return {
    find(key) {
      follow();
      const held = people.get(key) ?? nobodies.get(key);
      return held?.doubts === doubts && isWithin(held, BELIEVED_MS) ? held.person : undefined;
    },
    stale(key) {
      follow();
      const held = people.get(key);
      return held !== undefined && isWithin(held, staleMaxMs) ? held.person : null;
    },
    begin() {
      follow();
      const [readAtMs, endingsBefore, doubtsBefore] = [clock.monotonicMs(), endings, doubts];
      return {
        remember(key, person) {
          follow();
          if (endings !== endingsBefore) return false;
          people.delete(key);
          keep(person === null ? nobodies : people, key, { person, readAtMs, doubts: doubtsBefore });
          return true;
        },
      };
    },
    forget,
    doubt: () => void (doubts += 1),
  };
}

/** The oldest makes room. */
function keep(held: Map<string, Remembered>, key: string, one: Remembered): void {
  held.delete(key);
  held.set(key, one);
  const [oldest] = held.keys();
  if (held.size > MAX_REMEMBERED && oldest !== undefined) held.delete(oldest);
}
