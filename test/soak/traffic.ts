/**
 * The people of a soak: so many requests a second, half of them a producer's and half a visitor's own, and taps on half of
 * those, over every surface. Each story is a stream of chance of its own; what people were told goes into the journal.
 */
import type { OpenJournal } from '../faults/journal.js';
import { knock, produce, type Deeds } from '../faults/people.js';
import { randomOf, type Random } from '../faults/random.js';
import { visitorAddress } from './newest.js';
import { keepPace } from './pace.js';
import type { Place } from './sites.js';
import { surfacesOf, type SurfaceName } from './surfaces.js';
import { openPage, type WaitingPage } from './waiting-page.js';
import type { SoakWorld, WorldWish } from './world.js';

export interface Traffic {
  readonly tally: Tally;
  readonly pages: readonly WaitingPage[];
  /** How many requests should have begun by now. */
  due(): number;
  /** Begins no story any more; resolves when those that run are over. */
  end(): Promise<void>;
}

export interface Tally {
  /** Not begun, because too many were under way. */
  unbegun: number;
  opened: number;
  /** Turned away by a limit, or never answered. */
  unopened: number;
  /** Requests on which somebody meant to tap. */
  meant: number;
  /** Of those, without an answer that settled it: their cards were refused, or the request ended first. */
  unsettled: number;
  readonly decided: Record<SurfaceName, number>;
}

export interface TrafficWish extends WorldWish {
  readonly world: SoakWorld;
  readonly journal: OpenJournal;
  /** Told of each approval a moment after it was acknowledged. */
  readonly onLetIn: (host: string, address: string) => void;
}

const MOST_UNDER_WAY = 1_000;
/** A browser waits at least so long, and who asks again meanwhile only adds to what there is to do. */
const PATIENCE_MS = 30_000;
/** A person looks at a card before answering. */
const LOOKS_MS = { least: 300, most: 3_000 } as const;
const LOOKS_AGAIN_MS = 500;
/** So long a person waits for a card here before answering elsewhere. */
const CARD_WITHIN_MS = 6_000;
/** From the acknowledged tap until every check knows. */
const KNOWN_WITHIN_MS = 3_000;
const APPROVED_SHARE = 0.8;
/** In parts of 100. A command line is two processes, and operators are few. */
const SURFACES: readonly (readonly [SurfaceName, number])[] = [
  ['cli', 1],
  ['page', 12],
  ['discord', 25],
  ['slack', 30],
  ['talk', 32],
];

export function beginTraffic(wish: TrafficWish): Traffic {
  const tally: Tally = {
    unbegun: 0,
    opened: 0,
    unopened: 0,
    meant: 0,
    unsettled: 0,
    decided: { talk: 0, slack: 0, discord: 0, page: 0, cli: 0 },
  };
  const pages: WaitingPage[] = [];
  const underWay = new Set<Promise<void>>();
  const surfaces = surfacesOf(wish.world);
  const pace = keepPace({
    perSecond: wish.requestsPerSecond,
    begin(number) {
      if (underWay.size >= MOST_UNDER_WAY) return void (tally.unbegun += 1);
      const running = story(number).catch((error: unknown) => {
        wish.journal.surprise(
          `story ${String(number)} broke off: ${error instanceof Error ? (error.stack ?? '') : ''}`,
        );
      });
      underWay.add(running);
      void running.finally(() => underWay.delete(running));
    },
  });

  async function story(number: number): Promise<void> {
    const { world, journal } = wish;
    const random = randomOf(wish.seed, 'story', String(number));
    const place = world.places[number % world.places.length] ?? world.places[0];
    const address = visitorAddress(number);
    const deeds: Deeds = { world: { gates: [world.deedGate] }, journal, random, patienceMs: PATIENCE_MS };
    const isOpen = random.happens(0.5)
      ? await produced(deeds, { place, address })
      : await visited(deeds, { place, address });
    tally[isOpen ? 'opened' : 'unopened'] += 1;
    if (!isOpen || !random.happens(wish.tapShare)) return;
    tally.meant += 1;
    await pause(random.whole(LOOKS_MS.least, LOOKS_MS.most));
    const by = await answered({ place, address, random });
    if (by === null) tally.unsettled += 1;
    else tally.decided[by] += 1;
  }

  function produced(deeds: Deeds, { place, address }: At): Promise<boolean> {
    const { approver: admin, host } = place;
    const token = deeds.random.hex(16);
    return produce(deeds, { token, address, admin, host, ttlSeconds: wish.requestTtlSeconds });
  }

  async function visited(deeds: Deeds, { place: { host }, address }: At): Promise<boolean> {
    const page = await knock(deeds, address, host);
    if (page === null) return false;
    pages.push(openPage({ port: wish.world.gate.ports.gate, host, address, page }));
    return true;
  }

  /** By the surface that was meant, and where no card comes there, by one of the others. */
  async function answered({ place, address, random }: At & { readonly random: Random }): Promise<SurfaceName | null> {
    const verdict = random.happens(APPROVED_SHARE) ? 'approve' : 'deny';
    const meant = surfaceOf(random.whole(1, 100));
    const others = SURFACES.map(([name]) => name).filter((name) => name !== meant && name !== 'cli');
    for (const name of [meant, ...others]) {
      const endMs = performance.now() + CARD_WITHIN_MS;
      for (; performance.now() < endMs; await pause(LOOKS_AGAIN_MS)) {
        const tap = await surfaces[name]({ place, address, verdict, random });
        if (tap === null) continue;
        wish.journal.tapped(tap);
        if (tap.told === 'other') wish.journal.surprise(`over ${name} a tap was told: ${tap.text.slice(0, 300)}`);
        if (tap.told === 'nothing_changed' || tap.told === 'other') continue;
        if (tap.told === 'decided' && tap.verdict === 'approve') {
          setTimeout(() => wish.onLetIn(place.host, address), KNOWN_WITHIN_MS);
        }
        return tap.told === 'decided' ? name : null;
      }
    }
    return null;
  }

  return {
    tally,
    pages,
    due: pace.due,
    async end() {
      pace.stop();
      await Promise.all(underWay);
      await pause(KNOWN_WITHIN_MS);
    },
  };
}

interface At {
  readonly place: Place;
  readonly address: string;
}

function surfaceOf(percent: number): SurfaceName {
  let below = 0;
  for (const [name, share] of SURFACES) {
    below += share;
    if (percent <= below) return name;
  }
  return 'talk';
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
