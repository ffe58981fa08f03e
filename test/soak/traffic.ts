/** The requests of a soak: so many stories begin a second, however long earlier ones take, and it is counted what came of them. */
import { keepPace } from './pace.js';
import { KNOWN_WITHIN_MS, tellStory, type StoryDeps, type Told } from './story.js';
import { surfacesOf, type SurfaceName } from './surfaces.js';
import type { WaitingPage } from './waiting-page.js';

export interface Traffic {
  readonly tally: Tally;
  /** Those of visitors who wait, or waited. */
  readonly pages: readonly WaitingPage[];
  /** How many requests should have begun by now. */
  readonly due: () => number;
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
  /** Of those, without a tap that decided: their cards came too late or never, or the request ended first. */
  unsettled: number;
  readonly decided: Record<SurfaceName, number>;
}

const MOST_UNDER_WAY = 1_000;

export function beginTraffic(deps: Omit<StoryDeps, 'surfaces' | 'onPage'>): Traffic {
  const tally = emptyTally();
  const pages: WaitingPage[] = [];
  const underWay = new Set<Promise<void>>();
  const whole = { ...deps, surfaces: surfacesOf(deps.fixture), onPage: (page: WaitingPage) => void pages.push(page) };
  const play = async (number: number): Promise<void> => {
    try {
      count(tally, await tellStory(number, whole));
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      deps.journal.surprise(`story ${String(number)} broke off: ${why}`);
    }
  };
  const pace = keepPace({
    perSecond: deps.input.requestsPerSecond,
    begin(number) {
      if (underWay.size >= MOST_UNDER_WAY) return void (tally.unbegun += 1);
      const running = play(number);
      underWay.add(running);
      void running.finally(() => underWay.delete(running));
    },
  });
  return {
    tally,
    pages,
    due: pace.due,
    async end() {
      pace.stop();
      await Promise.all(underWay);
      await new Promise((resume) => setTimeout(resume, KNOWN_WITHIN_MS));
    },
  };
}

function emptyTally(): Tally {
  const decided = { talk: 0, slack: 0, discord: 0, page: 0, cli: 0 };
  return { unbegun: 0, opened: 0, unopened: 0, meant: 0, unsettled: 0, decided };
}

function count(tally: Tally, { isOpen, isMeant, decidedOver }: Told): void {
  tally[isOpen ? 'opened' : 'unopened'] += 1;
  if (!isMeant) return;
  tally.meant += 1;
  if (decidedOver === null) tally.unsettled += 1;
  else tally.decided[decidedOver] += 1;
}
