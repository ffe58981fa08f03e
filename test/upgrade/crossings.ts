/**
 * What crosses from one version to the other: a request that an instance of one opened and an instance of the other decides,
 * over each surface. Whoever taps at the first one afterwards learns of it, and every instance lets in whom it lets in.
 */
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { eventually } from '../fixtures/time/eventually.js';
import { signedInAt, signIn, type SignInPlace } from '../fixtures/processes/people.js';
import { askPostgres } from '../faults/crashing-postgres.js';
import { decideOn, toldByPage } from '../faults/confirm-page.js';
import type { Gate } from '../faults/gate.js';
import type { AnsweredTap, OpenJournal, Verdict } from '../faults/journal.js';
import { accessRequest, lookIn, produce, tap, toldBy, type Calling, type Acts } from '../faults/people.js';
import type { Random } from '../faults/random.js';
import { ADA, BOB } from '../faults/sites.js';
import { tokenFor } from '../faults/stories.js';
import { SIDES, type Side, type UpgradeFixture } from './fixture.js';

export type SurfaceName = 'talk' | 'page' | 'cli';
export const SURFACES: readonly SurfaceName[] = ['talk', 'page', 'cli'];

export interface Crossing {
  readonly opened: Side;
  readonly decided: Side;
  readonly over: SurfaceName;
}

export interface CrossingDeps {
  readonly fixture: UpgradeFixture;
  readonly journal: OpenJournal;
  readonly random: Random;
  readonly calling: Calling;
  /** An address that nobody asked from yet. */
  readonly nextAddress: () => string;
}

/** Every pair of who opened and who decided, over every surface. */
export const CROSSINGS: readonly Crossing[] = SURFACES.flatMap((over) =>
  SIDES.flatMap((opened) => SIDES.map((decided) => ({ opened, decided, over }))),
);

const TTL_SECONDS = 600;
const CARD_WITHIN_MS = 10_000;
/** Long before the 30 s after which everything is read again anyway. */
const LET_IN_WITHIN_MS = 10_000;
const PASSES = 204;
const OPERATOR = 'eve';

/** What went wrong, in words; null where all went as it should. */
export async function cross(crossing: Crossing, deps: CrossingDeps): Promise<string | null> {
  const { fixture, random, nextAddress } = deps;
  const [opener, decider] = [pick(fixture.of(crossing.opened), random), pick(fixture.of(crossing.decided), random)];
  const address = nextAddress();
  const request = {
    opener,
    decider,
    address,
    verdict: random.pick(['approve', 'approve', 'approve', 'deny'] as const),
  };
  const wrong = await crossed(request, crossing, deps).catch((error: unknown) => String(error));
  const { opened, decided, over } = crossing;
  return wrong === null ? null : `opened by ${opened}, decided by ${decided} over ${over}, for ${address}: ${wrong}`;
}

interface Request {
  readonly opener: Gate;
  readonly decider: Gate;
  readonly address: string;
  readonly verdict: Verdict;
}

async function crossed(request: Request, { over }: Crossing, deps: CrossingDeps): Promise<string | null> {
  const { fixture } = deps;
  const token = await opened(request, over, deps);
  if (token === null) return 'it was not opened';
  const told = await decidings[over]({ ...request, token, ...deps });
  if (told?.told !== 'decided') return `the tap was told “${told?.text.slice(0, 200) ?? 'nothing'}”`;
  const second = await tapAt(request.opener, { ...request, token, ...deps });
  if (second?.told !== 'already') return `a second tap was told “${second?.text ?? 'nothing'}”`;
  if (request.verdict === 'deny') return null;
  for (const gate of fixture.gates) {
    const letsIn = async (): Promise<boolean> => (await lookIn(gate, request.address))?.status === PASSES;
    await eventually(`${gate.name} lets in`, letsIn, LET_IN_WITHIN_MS);
  }
  return null;
}

/** By a visitor where a card of Talk is tapped on, which is where its token is read; by a producer else. */
async function opened({ opener, address }: Request, over: SurfaceName, deps: CrossingDeps): Promise<string | null> {
  const { fixture, random } = deps;
  const acts = actsAt(opener, deps);
  if (over === 'talk') {
    if ((await accessRequest(acts, address)) === null) return null;
    return eventually('its card', () => tokenFor(fixture.fakes, address), CARD_WITHIN_MS);
  }
  const token = random.hex(16);
  const isOpen = await produce(acts, { token, address, admin: random.pick([ADA, BOB]), ttlSeconds: TTL_SECONDS });
  return isOpen ? token : null;
}

interface Deciding extends Request, CrossingDeps {
  readonly token: string;
}

const decidings: Readonly<Record<SurfaceName, (deciding: Deciding) => Promise<AnsweredTap | null>>> = {
  talk: (deciding) => tapAt(deciding.decider, deciding),
  page: onPage,
  cli: byCli,
};

async function tapAt(gate: Gate, { token, verdict, ...parts }: Deciding): Promise<AnsweredTap | null> {
  const { journal, random } = parts;
  const tapId = random.hex(12);
  await tap(actsAt(gate, parts), { token, tapId, user: random.pick([ADA, BOB]), verdict });
  return journal.taps.find((one) => one.tapId === tapId && one.told !== 'nothing_changed') ?? null;
}

/** The session was begun where the request was opened, and is one of the other version as well. */
async function onPage({ opener, decider, token, verdict, journal, random }: Deciding): Promise<AnsweredTap> {
  const user = random.pick([ADA, BOB]);
  const { cookie } = await signIn(signInPlace(opener), user);
  const { text } = await decideOn(signedInAt(signInPlace(decider), cookie), `/req/${token}`, verdict);
  const answered = { token, tapId: '', user, verdict, told: toldByPage(text, verdict), text };
  journal.tapped(answered);
  return answered;
}

async function byCli({ decider, token, verdict, journal, fixture }: Deciding): Promise<AnsweredTap> {
  const text = (await decider.cli(verdict, await idOf(fixture, token), '--as', OPERATOR)).trim();
  const answered = { token, tapId: '', user: `operator:${OPERATOR}`, verdict, told: toldBy(text, verdict), text };
  journal.tapped(answered);
  return answered;
}

/** What the command line knows a request by; a list of them would be one more process for each. */
async function idOf({ database }: UpgradeFixture, token: string): Promise<string> {
  const text = `SELECT id FROM requests WHERE token_hash = '${sha256Hex(token)}'`;
  const [row] = await askPostgres<{ id: string }>(database.url, text);
  return row?.id ?? '';
}

function signInPlace(gate: Gate): SignInPlace {
  return {
    publicUrl: `http://localhost:${String(gate.ports.public)}`,
    async admin(path, body) {
      const answer = await gate.admin({ path, body });
      return { status: answer?.status ?? 0, json: JSON.parse(answer?.text ?? '{}') as unknown };
    },
  };
}

/** Done at this instance alone. */
export function actsAt(gate: Gate, { journal, random, calling }: CrossingDeps): Acts {
  return { fixture: { gates: [gate] }, journal, random, calling };
}

function pick(gates: readonly Gate[], random: Random): Gate {
  const [first, ...others] = gates;
  if (first === undefined) throw new Error('both versions are to be there while requests cross');
  return random.pick([first, ...others]);
}
