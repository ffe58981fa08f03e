/**
 * Who is signed in at sites that let people in by who they are, in memory: by the hash of what a browser holds there, and the origin.
 *
 *   not known ──asked of the database──▶ known, and believed for 30 s ──▶ asked again
 *   known ──changes may have been missed──▶ asked again, and good for a while where the database is silent
 *   known ──sessions ended, or sites.toml was read again──▶ forgotten
 *
 * What is remembered says who somebody is. Whether they may pass is judged at every check, by the site's list as it is then.
 */
import type { Directory } from '../../approval/site.js';
import type { Clock } from '../../base/time/clock.js';
import type { HandedOutHere, SignedInHere } from '../../contract/handed-out-here.js';
import type { Change, Ledger } from '../../contract/ledger.js';
import { createHearing, type Hearing } from '../grants/hearing.js';
import { rememberedPeople, type RememberedPeople } from './remembered-people.js';

/** What a browser brought to an origin of ours. */
export interface BroughtCookie {
  /** `https://stg.example.org`. */
  readonly origin: string;
  /** The `Cookie` header. */
  readonly cookies: string;
  /** The hash of what is in the cookie of who is signed in. */
  readonly hash: string;
}

export interface PassageCache {
  /** Undefined: to be asked. Null: nobody. */
  find(brought: BroughtCookie): SignedInHere | null | undefined;
  /** Asks the database. `unavailable`: it could not answer. */
  ask(brought: BroughtCookie): Promise<Answer>;
  /** Whoever it was a while ago, for as long as that may count while the database is silent; null: nobody. */
  stale(brought: BroughtCookie): SignedInHere | null;
  /** Begins to hear of changes. */
  start(): void;
}

export interface PassageCacheDeps {
  readonly ledger: Pick<Ledger, 'subscribe'>;
  readonly handedOut: Pick<HandedOutHere, 'find'>;
  readonly directory: () => Directory;
  readonly staleMaxSeconds: number;
  readonly clock: Clock;
}

/** Cookies that are asked about at once. Beyond it nobody passes by one that is not known. */
const MAX_ASKING = 64;
const ANSWER_TIMEOUT_MS = 2_000;
const RETRY_MS = 1_000;
/** An end that was heard of while the database was asked makes the answer worthless. */
const TRIES = 3;
const MS = 1_000;

export function passageCache({ ledger, handedOut, directory, staleMaxSeconds, clock }: PassageCacheDeps): PassageCache {
  const people = rememberedPeople({ directory, staleMaxMs: staleMaxSeconds * MS, clock });
  const hearing = createHearing(clock, () => undefined);
  const asking = new Map<string, Promise<Answer>>();
  return {
    find: (brought) => people.find(keyOf(brought)),
    ask(brought) {
      const key = keyOf(brought);
      const under = asking.get(key);
      if (under !== undefined) return under;
      if (asking.size >= MAX_ASKING) return Promise.resolve('unavailable');
      const answer = askUntilTrue(brought, { people, hearing, handedOut }).finally(() => asking.delete(key));
      asking.set(key, answer);
      return answer;
    },
    stale: (brought) => people.stale(keyOf(brought)),
    start() {
      ledger.subscribe(({ kind }: Change) => {
        if (kind === 'handed_out_ended') people.forget();
        else if (kind === 'lost' || kind === 'regained') people.doubt();
      });
    },
  };
}

type Answer = SignedInHere | null | 'unavailable';

interface Asked extends Pick<PassageCacheDeps, 'handedOut'> {
  readonly people: RememberedPeople;
  readonly hearing: Hearing;
}

async function askUntilTrue(brought: BroughtCookie, asked: Asked): Promise<Answer> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await askOnce(brought, asked);
    if (answer !== 'again') return answer;
  }
  return 'unavailable';
}

async function askOnce(brought: BroughtCookie, { people, hearing, handedOut }: Asked): Promise<Answer | 'again'> {
  // while the database is silent nobody waits for it: one question a second finds out whether it is back
  if (hearing.isSilentFor(RETRY_MS)) return 'unavailable';
  const begun = people.begin();
  const answer = await hearing.ask(async () => ({ person: await handedOut.find(brought) }), ANSWER_TIMEOUT_MS);
  if (answer === null) return 'unavailable';
  return begun.remember(keyOf(brought), answer.person) ? answer.person : 'again';
}

function keyOf({ hash, origin }: BroughtCookie): string {
  return `${hash} ${origin}`;
}
