/** One request of a soak and its people: somebody asks, and on some of them an approver taps, where a card comes up. */
import type { AnsweredTap, OpenJournal } from '../faults/journal.js';
import { accessRequest, produce, type Acts } from '../faults/people.js';
import { randomOf, type Random } from '../faults/random.js';
import { visitorAddress } from './newest.js';
import type { Place } from './sites.js';
import type { Surface, SurfaceName } from './surfaces.js';
import { openPage, type WaitingPage } from './waiting-page.js';
import type { SoakFixture, FixtureInput } from './fixture.js';

export interface StoryDeps {
  readonly input: FixtureInput;
  readonly fixture: SoakFixture;
  readonly journal: OpenJournal;
  readonly surfaces: Readonly<Record<SurfaceName, Surface>>;
  readonly onPage: (page: WaitingPage) => void;
  /** Told of each approval a while after it was acknowledged. */
  readonly onLetIn: (host: string, address: string) => void;
}

export interface Told {
  readonly isOpen: boolean;
  /** Whether somebody meant to tap. */
  readonly isMeant: boolean;
  /** Where the tap that decided was; null where there was none. */
  readonly decidedOver: SurfaceName | null;
}

/** A browser waits at least so long, and who asks again meanwhile only adds to what there is to do. */
const PATIENCE_MS = 30_000;
/** A person looks at a card before answering. */
const LOOKS_MS = { least: 300, most: 3_000 } as const;
const LOOKS_AGAIN_MS = 500;
/** So long a person waits for a card here before answering elsewhere. */
const CARD_WITHIN_MS = 6_000;
/** From the acknowledged tap until every check knows. */
export const KNOWN_WITHIN_MS = 3_000;
const APPROVED_SHARE = 0.8;
/** In parts of 100. A command line is two processes, and operators are few. */
const SURFACES: readonly (readonly [SurfaceName, number])[] = [
  ['cli', 1],
  ['page', 12],
  ['discord', 25],
  ['slack', 30],
  ['talk', 32],
];

interface Scenario {
  readonly place: Place;
  readonly address: string;
  readonly random: Random;
}

/** The story with this number: whoever is in it, and what they do, is the seed's. */
export async function tellStory(number: number, deps: StoryDeps): Promise<Told> {
  const { input, fixture } = deps;
  const random = randomOf(input.seed, 'story', String(number));
  const place = fixture.places[number % fixture.places.length] ?? fixture.places[0];
  const scenario: Scenario = { place, address: visitorAddress(number), random };
  const isOpen = random.happens(0.5) ? await produced(deps, scenario) : await visited(deps, scenario);
  const isMeant = isOpen && random.happens(input.tapShare);
  if (!isMeant) return { isOpen, isMeant, decidedOver: null };
  await pause(random.whole(LOOKS_MS.least, LOOKS_MS.most));
  return { isOpen, isMeant, decidedOver: await answered(deps, scenario) };
}

function produced(deps: StoryDeps, { place, address, random }: Scenario): Promise<boolean> {
  const { approver: admin, host } = place;
  const ttlSeconds = deps.input.requestTtlSeconds;
  return produce(actsOf(deps, random), { token: random.hex(16), address, admin, host, ttlSeconds });
}

async function visited(deps: StoryDeps, { place: { host }, address, random }: Scenario): Promise<boolean> {
  const page = await accessRequest(actsOf(deps, random), address, { host, isNamed: true });
  if (page === null) return false;
  deps.onPage(openPage({ port: deps.fixture.gate.ports.gate, host, address, page }));
  return true;
}

function actsOf({ fixture, journal }: StoryDeps, random: Random): Acts {
  return {
    fixture: { gates: [fixture.actGate] },
    journal,
    random,
    calling: { withinMs: PATIENCE_MS, agent: fixture.connections },
  };
}

/** Over the surface that was meant, and where no card comes there, over the others in turn. */
async function answered(deps: StoryDeps, scenario: Scenario): Promise<SurfaceName | null> {
  const verdict = scenario.random.happens(APPROVED_SHARE) ? 'approve' : 'deny';
  const meant = surfaceOf(scenario.random.whole(1, 100));
  const others = SURFACES.map(([name]) => name).filter((name) => name !== meant && name !== 'cli');
  for (const name of [meant, ...others]) {
    const tap = await answeredOver(deps, { name, meant: { ...scenario, verdict } });
    if (tap === null) continue;
    if (tap.told !== 'decided') return null;
    if (tap.verdict === 'approve')
      setTimeout(() => deps.onLetIn(scenario.place.host, scenario.address), KNOWN_WITHIN_MS);
    return name;
  }
  return null;
}

/** The answer that settles it; null where none came in time. */
async function answeredOver(
  { journal, surfaces }: StoryDeps,
  { name, meant }: { readonly name: SurfaceName; readonly meant: Parameters<Surface>[0] },
): Promise<AnsweredTap | null> {
  for (const endMs = performance.now() + CARD_WITHIN_MS; performance.now() < endMs; await pause(LOOKS_AGAIN_MS)) {
    const tap = await surfaces[name](meant);
    if (tap === null) continue;
    journal.tapped(tap);
    if (tap.told === 'other') journal.surprise(`over ${name} a tap was told: ${tap.text.slice(0, 300)}`);
    if (tap.told !== 'nothing_changed' && tap.told !== 'other') return tap;
  }
  return null;
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
