/**
 * The people of an episode. The seed decides, by one stream of chance for each story, who asks, who taps, how often and at
 * which processes; the faults decide when the gate is there to answer.
 */
import { eventually } from '../e2e/eventually.js';
import type { OpenJournal } from './journal.js';
import { command, knock, produce, tap, type Calling, type Deeds, type TapWish } from './people.js';
import { randomOf } from './random.js';
import { ADA, BOB, CAROL, HOST } from './sites.js';
import type { World } from './world.js';

export interface Stories {
  /** Begins no story any more. Resolves when those that run are over. */
  end(): Promise<void>;
  begun(): number;
}

export interface StoriesWish {
  readonly seed: string;
  readonly world: Pick<World, 'gates' | 'fakes'>;
  readonly journal: OpenJournal;
  /** Stories at a time. */
  readonly people: number;
  /** The most that are begun; below what the fakes keep for one person. */
  readonly most: number;
  readonly calling?: Calling;
}

/** The embedded Talk keeps so many messages a person, and two approvers share all stories of visitors. */
export const MOST_STORIES = 180;
const TTL_SECONDS = 600;
/** The shortest that a producer may ask for. */
const SHORT_TTL_SECONDS = 30;
const CARD_WITHIN_MS = 2_500;
const PACE_MS = { least: 20, most: 250 } as const;

export function beginStories(wish: StoriesWish): Stories {
  let begun = 0;
  let isEnding = false;

  async function person(): Promise<void> {
    while (!isEnding && begun < wish.most) {
      begun += 1;
      const number = begun;
      const random = randomOf(wish.seed, 'story', String(number));
      const { world, journal, calling = {} } = wish;
      await story(number, { world, journal, random, calling }, world.fakes);
      await new Promise((resume) => setTimeout(resume, random.whole(PACE_MS.least, PACE_MS.most)));
    }
  }

  const people = Promise.all(Array.from({ length: wish.people }, person));
  return {
    begun: () => begun,
    async end() {
      isEnding = true;
      await people;
    },
  };
}

async function story(number: number, deeds: Deeds, fakes: World['fakes']): Promise<void> {
  const { random } = deeds;
  const address = `198.18.${String(number >> 8)}.${String(number & 255)}`;
  const kind = random.fraction();
  if (number <= 2) return shortLived(deeds, address);
  if (kind < 0.5) return askedByProducer(deeds, address);
  if (kind < 0.7) return askedByVisitor(deeds, { address, fakes });
  if (kind < 0.85) return crowd(deeds, address);
  return commanded(deeds, address);
}

/** Nobody answers, and its end comes within the episode. */
async function shortLived(deeds: Deeds, address: string): Promise<void> {
  const token = deeds.random.hex(16);
  await produce(deeds, { token, address, admin: ADA, ttlSeconds: SHORT_TTL_SECONDS });
}

/** Sometimes posted twice at once, as a producer does that hears nothing; then tapped. */
async function askedByProducer(deeds: Deeds, address: string): Promise<void> {
  const { random } = deeds;
  const ask = { token: random.hex(16), address, admin: random.pick([ADA, BOB]), ttlSeconds: TTL_SECONDS };
  const posts = random.happens(0.3) ? 2 : 1;
  const isOpen = await Promise.all(Array.from({ length: posts }, () => produce(deeds, ask)));
  if (isOpen.includes(true)) await answered(deeds, ask.token);
}

async function askedByVisitor(deeds: Deeds, at: { address: string; fakes: World['fakes'] }): Promise<void> {
  const { address, fakes } = at;
  if ((await knock(deeds, address)) === null) return;
  const token = await eventually('the card', () => tokenFor(fakes, address), CARD_WITHIN_MS).catch(() => null);
  if (token !== null) await answered(deeds, token);
}

/** What a person reads off the card: the confirm link names the token. */
export function tokenFor({ talk }: World['fakes'], address: string): string | null {
  for (const handle of [ADA, BOB]) {
    const card = talk.of(handle).findLast((message) => message.card.includes(`${address}"`))?.card ?? '';
    const token = /\/req\/([0-9a-f]{32})/.exec(card)?.[1];
    if (token !== undefined) return token;
  }
  return null;
}

/** Up to four taps of both approvers, of both kinds, at once or in turn. */
async function answered(deeds: Deeds, token: string): Promise<void> {
  const { random } = deeds;
  const taps = Array.from({ length: random.whole(1, 4) }, (): TapWish => ({
    token,
    tapId: random.hex(12),
    user: random.pick([ADA, BOB]),
    verdict: random.pick(['approve', 'approve', 'deny']),
  }));
  if (random.happens(0.5)) await Promise.all(taps.map((one) => tap(deeds, one)));
  else for (const one of taps) await tap(deeds, one);
}

/** Asks several times at the same moment, past the approver's cap: some requests are deferred and what they began is undone. */
async function crowd(deeds: Deeds, address: string): Promise<void> {
  const asks = Array.from({ length: deeds.random.whole(1, 3) }, () => ({
    token: deeds.random.hex(16),
    address,
    admin: CAROL,
    ttlSeconds: TTL_SECONDS,
  }));
  await Promise.all(asks.map((ask) => produce(deeds, ask)));
}

/** An operator lets an address in, and sometimes out again. */
async function commanded(deeds: Deeds, address: string): Promise<void> {
  const { journal, random } = deeds;
  const isRevoked = random.happens(0.5);
  const granted = await command(deeds, `grant ${address} ${HOST} for 1d`);
  journal.command(address, granted === true ? 'granted' : 'uncertain');
  if (granted !== true || !isRevoked) return;
  const revoked = await command(deeds, `revoke ${address}`);
  if (revoked === false) journal.surprise(`the grant of ${address}, acknowledged, was not there to be revoked`);
  journal.command(address, revoked === true ? 'revoked' : 'uncertain');
}
