/**
 * The people of an episode. The seed decides, by one stream of chance for each story, who asks, who taps, how often and at
 * which processes; the faults decide when the gate is there to answer.
 */
import { eventually } from '../fixtures/time/eventually.js';
import type { OpenJournal } from './journal.js';
import { command, accessRequest, produce, tap, type Calling, type Acts, type TapInput } from './people.js';
import { randomOf } from './random.js';
import { ADA, BOB, CAROL, HOST } from './sites.js';
import type { Fixture } from './fixture.js';

export interface Stories {
  /** Begins no story any more. Resolves when those that run are over. */
  end(): Promise<void>;
  begun(): number;
}

export interface StoriesInput {
  readonly seed: string;
  readonly fixture: Pick<Fixture, 'gates' | 'fakes'>;
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

export function beginStories(input: StoriesInput): Stories {
  let begun = 0;
  let isEnding = false;

  async function person(): Promise<void> {
    while (!isEnding && begun < input.most) {
      begun += 1;
      const number = begun;
      const random = randomOf(input.seed, 'story', String(number));
      const { fixture, journal, calling = {} } = input;
      await story(number, { fixture, journal, random, calling }, fixture.fakes);
      await new Promise((resume) => setTimeout(resume, random.whole(PACE_MS.least, PACE_MS.most)));
    }
  }

  const people = Promise.all(Array.from({ length: input.people }, person));
  return {
    begun: () => begun,
    async end() {
      isEnding = true;
      await people;
    },
  };
}

async function story(number: number, acts: Acts, fakes: Fixture['fakes']): Promise<void> {
  const { random } = acts;
  const address = `198.18.${String(number & 255)}.${String(number >> 8)}`;
  const kind = random.fraction();
  if (number <= 2) return shortLived(acts, address);
  if (kind < 0.5) return askedByProducer(acts, address);
  if (kind < 0.7) return askedByVisitor(acts, { address, fakes });
  if (kind < 0.85) return crowd(acts, address);
  return commanded(acts, address);
}

/** Nobody answers, and its end comes within the episode. */
async function shortLived(acts: Acts, address: string): Promise<void> {
  const token = acts.random.hex(16);
  await produce(acts, { token, address, admin: ADA, ttlSeconds: SHORT_TTL_SECONDS });
}

/** Sometimes posted twice at once, as a producer does that hears nothing; then tapped. */
async function askedByProducer(acts: Acts, address: string): Promise<void> {
  const { random } = acts;
  const ask = { token: random.hex(16), address, admin: random.pick([ADA, BOB]), ttlSeconds: TTL_SECONDS };
  const posts = random.happens(0.3) ? 2 : 1;
  const isOpen = await Promise.all(Array.from({ length: posts }, () => produce(acts, ask)));
  if (isOpen.includes(true)) await answered(acts, ask.token);
}

async function askedByVisitor(acts: Acts, at: { address: string; fakes: Fixture['fakes'] }): Promise<void> {
  const { address, fakes } = at;
  if ((await accessRequest(acts, address)) === null) return;
  const token = await eventually('the card', () => tokenFor(fakes, address), CARD_WITHIN_MS).catch(() => null);
  if (token !== null) await answered(acts, token);
}

/** What a person reads off the card: the confirm link names the token. */
export function tokenFor({ talk }: Fixture['fakes'], address: string): string | null {
  for (const handle of [ADA, BOB]) {
    const card = talk.of(handle).findLast((message) => message.card.includes(`${address}"`))?.card ?? '';
    const token = /\/req\/([0-9a-f]{32})/.exec(card)?.[1];
    if (token !== undefined) return token;
  }
  return null;
}

/** Up to four taps of both approvers, of both kinds, at once or in turn. */
async function answered(acts: Acts, token: string): Promise<void> {
  const { random } = acts;
  const taps = Array.from({ length: random.whole(1, 4) }, (): TapInput => ({
    token,
    tapId: random.hex(12),
    user: random.pick([ADA, BOB]),
    verdict: random.pick(['approve', 'approve', 'deny']),
  }));
  if (random.happens(0.5)) await Promise.all(taps.map((one) => tap(acts, one)));
  else for (const one of taps) await tap(acts, one);
}

/** Asks several times at the same moment, past the approver's cap: some requests are deferred and what they began is undone. */
async function crowd(acts: Acts, address: string): Promise<void> {
  const asks = Array.from({ length: acts.random.whole(1, 3) }, () => ({
    token: acts.random.hex(16),
    address,
    admin: CAROL,
    ttlSeconds: TTL_SECONDS,
  }));
  await Promise.all(asks.map((ask) => produce(acts, ask)));
}

/** An operator lets an address in, and sometimes out again. */
async function commanded(acts: Acts, address: string): Promise<void> {
  const { journal, random } = acts;
  const isRevoked = random.happens(0.5);
  const granted = await command(acts, `grant ${address} ${HOST} for 1d`);
  journal.command(address, granted === true ? 'granted' : 'uncertain');
  if (granted !== true || !isRevoked) return;
  const revoked = await command(acts, `revoke ${address}`);
  if (revoked === false) journal.surprise(`the grant of ${address}, acknowledged, was not there to be revoked`);
  journal.command(address, revoked === true ? 'revoked' : 'uncertain');
}
