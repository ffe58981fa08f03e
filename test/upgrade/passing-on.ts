/**
 * What one version begins and the other ends: cards and callbacks that are refused when they are first sent, and that whoever
 * comes first sends again. So rows that hold more than plain columns are read by the other version as well.
 */
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { eventually } from '../fixtures/time/eventually.js';
import { askPostgres } from '../faults/crashing-postgres.js';
import { produce, tap } from '../faults/people.js';
import { ADA, BOB } from '../faults/sites.js';
import { actsAt, type CrossingDeps } from './crossings.js';
import { SIDES, type Side, type UpgradeFixture } from './fixture.js';

const TTL_SECONDS = 600;
/** A round; enough that one side hardly ever sends all of its own again itself. There are two of the former version. */
const REQUESTS: Readonly<Record<Side, number>> = { former: 12, new: 6 };
const MOST_ROUNDS = 4;
/** The first two waits of the courier, and some more. */
const SENT_WITHIN_MS = 40_000;
const PREFIX_CHARACTERS = 8;
/** Where the cards go that are refused. Callbacks are as well; but one side may win the race for all of them, in every round. */
const CHATS: ReadonlySet<string> = new Set(['talk', 'slack']);

/** Asks as a producer at instances of that side; the tokens of what was opened. */
export async function openAt(side: Side, tokens: readonly string[], deps: CrossingDeps): Promise<readonly string[]> {
  const { fixture, random, nextAddress } = deps;
  const [gate = fixture.gates[0]] = fixture.of(side);
  const asks = tokens.map(async (token) => {
    const ask = { token, address: nextAddress(), admin: random.pick([ADA, BOB]), ttlSeconds: TTL_SECONDS };
    return (await produce(actsAt(gate, deps), ask)) ? [token] : [];
  });
  return (await Promise.all(asks)).flat();
}

export function newTokens(count: number, { random }: Pick<CrossingDeps, 'random'>): readonly string[] {
  return Array.from({ length: count }, () => random.hex(16));
}

/** In SQL: a request that one of these tokens names. */
export function isOf(tokens: readonly string[]): string {
  return `token_hash = ANY (ARRAY[${tokens.map((token) => `'${sha256Hex(token)}'`).join()}]::text[])`;
}

/** Goes on until each side has sent a card of the other's. What did not come about. */
export async function passOn(deps: CrossingDeps): Promise<readonly string[]> {
  const wanted = new Set(SIDES);
  for (let round = 0; round < MOST_ROUNDS && wanted.size > 0; round += 1) {
    const tokens = { former: newTokens(REQUESTS.former, deps), new: newTokens(REQUESTS.new, deps) };
    await refusedFirst(deps, tokens, (side) => openAt(side, tokens[side], deps));
    await refusedFirst(deps, tokens, (side) => decideAt(side, tokens[side], deps));
    for (const side of passedOn(deps.fixture, tokens)) wanted.delete(side);
  }
  return [...wanted].map((side) => `a card of the ${side} version was never sent by the other one`);
}

type Tokens = Readonly<Record<Side, readonly string[]>>;

/** All that follows from the work is refused once. Whether it was sent afterwards, or given up, is the checks' to judge. */
async function refusedFirst(deps: CrossingDeps, tokens: Tokens, work: (side: Side) => Promise<unknown>): Promise<void> {
  const { fixture } = deps;
  const all = SIDES.flatMap((side) => tokens[side]);
  fixture.refuse(all);
  try {
    await Promise.all(SIDES.map(work));
    await noneIs(`state IN ('queued', 'sending')`, fixture, all);
  } finally {
    fixture.refuse([]);
  }
  await stir(deps);
  await noneIs('due_at IS NOT NULL', fixture, all);
}

/** Any change makes every instance look when something is due; only who sent it first knows by itself. */
async function stir(deps: CrossingDeps): Promise<void> {
  const one = newTokens(1, deps);
  await openAt('new', one, deps);
  await decideAt('new', one, deps);
}

async function decideAt(side: Side, tokens: readonly string[], deps: CrossingDeps): Promise<void> {
  const { fixture, random } = deps;
  const [gate = fixture.gates[0]] = fixture.of(side);
  const taps = tokens.map((token) =>
    tap(actsAt(gate, deps), { token, tapId: random.hex(12), user: random.pick([ADA, BOB]), verdict: 'approve' }),
  );
  await Promise.all(taps);
}

/** Resolves when of all deliveries of these requests none is so. */
async function noneIs(so: string, { database }: UpgradeFixture, tokens: readonly string[]): Promise<void> {
  const text = `SELECT 1 FROM deliveries JOIN requests ON requests.id = deliveries.request_id
    WHERE ${so} AND ${isOf(tokens)} LIMIT 1`;
  const isNone = async (): Promise<boolean> => (await askPostgres(database.url, text)).length === 0;
  await eventually(`of what was passed on, none with ${so}`, isNone, SENT_WITHIN_MS);
}

/** Whose cards the other one sent, by its events. */
function passedOn(fixture: UpgradeFixture, tokens: Tokens): readonly Side[] {
  return SIDES.filter((side) => {
    const prefixes = new Set(tokens[side].map((token) => token.slice(0, PREFIX_CHARACTERS)));
    const others = SIDES.filter((other) => other !== side).flatMap((other) => fixture.of(other));
    return others
      .flatMap(({ events }) => events)
      .filter(({ event }) => event === 'auth_gate.notifier_sent')
      .some(({ channel, token }) => CHATS.has(String(channel)) && prefixes.has(String(token)));
  });
}
