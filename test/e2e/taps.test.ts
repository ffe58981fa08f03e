/** 100 simultaneous taps on one token, over Talk, the confirm page and the CLI: one decision, one grant, losers learn who won. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GateProcess } from './gate-process.js';
import { openHouse, type House } from './house.js';
import { newToken, produce, signIn, tapOverTalk, visit, type SignedIn } from './people.js';
import { ADA, BOB } from './sites.js';

const TAPS = 100;

type Form = Awaited<ReturnType<SignedIn['open']>>;
type Verb = 'approve' | 'deny';

interface Told {
  readonly actor: string;
  readonly text: string;
}

interface HistoryRow {
  readonly what: string;
  readonly who: string;
  readonly address: string | null;
}

describe.each([
  ['postgres', 3],
  ['sqlite', 1],
] as const)('on %s with %i process(es), 100 taps at once', (kind, processes) => {
  let house: House;
  let sessions: readonly SignedIn[];

  beforeAll(async () => {
    house = await openHouse(kind, { processes });
    sessions = await Promise.all(house.gates.flatMap((gate) => [signIn(gate, ADA), signIn(gate, BOB)]));
  }, 60_000);

  afterAll(async () => {
    await house.close();
  });

  test('of both kinds make one decision, and every loser learns who won', async () => {
    const race = await run(house, { sessions, address: '203.0.113.7', verbs: ['approve', 'deny'] });

    expect(race.decisions).toHaveLength(1);
    const isApproved = race.decisions[0]?.what === 'approved';
    expect(race.granted).toHaveLength(isApproved ? 1 : 0);
    expect(race.grantsSeen).toEqual(house.gates.map(() => (isApproved ? 1 : 0)));
    expect(race.misinformed).toEqual([]);
  }, 60_000);

  test('that all approve make one decision and one grant, and every process lets the visitor in', async () => {
    const race = await run(house, { sessions, address: '203.0.113.8', verbs: ['approve'] });

    expect(race.decisions.map(({ what }) => what)).toEqual(['approved']);
    expect(race.granted).toHaveLength(1);
    expect(race.grantsSeen).toEqual(house.gates.map(() => 1));
    expect(race.misinformed).toEqual([]);
    const visits = await Promise.all(house.gates.map((gate) => visit(gate, '203.0.113.8')));
    expect(visits.map(({ status }) => status)).toEqual(house.gates.map(() => 204));
  }, 60_000);
});

interface Race {
  readonly decisions: readonly HistoryRow[];
  readonly granted: readonly HistoryRow[];
  /** How many grants of the address each process lists. */
  readonly grantsSeen: readonly number[];
  /** Who lost and was not told the winner. */
  readonly misinformed: readonly Told[];
}

/** A request of `address`, and all taps on it at once; `verbs` in turn. */
async function run(
  house: House,
  wish: { sessions: readonly SignedIn[]; address: string; verbs: readonly Verb[] },
): Promise<Race> {
  const { address, verbs } = wish;
  const token = newToken();
  expect(await produce(house.gate, token, { origin_ip: address })).toBe(200);
  const id = await pendingId(house.gate);
  const forms = await Promise.all(wish.sessions.map((session) => session.open(`/req/${token}`)));

  const told = await Promise.all(
    Array.from({ length: TAPS }, (_, number) =>
      tap(house, { number, verb: verbs[number % verbs.length] ?? 'approve', token, id, forms }),
    ),
  );

  const history = (await historyOf(house.gate)).filter((row) => row.address === address);
  const decisions = history.filter(({ what }) => what === 'approved' || what === 'denied');
  const winner = decisions[0]?.who ?? '';
  return {
    decisions,
    granted: history.filter(({ what }) => what === 'granted'),
    grantsSeen: await Promise.all(house.gates.map((gate) => grantsOf(gate, address))),
    misinformed: told.filter(({ actor, text }) => actor !== winner && !text.includes(winner)),
  };
}

/** Surfaces, processes and approvers in turn. */
async function tap(
  house: House,
  at: { number: number; verb: Verb; token: string; id: string; forms: readonly Form[] },
): Promise<Told> {
  const { number, verb, token, id } = at;
  const gate = house.gates[number % house.gates.length] ?? house.gate;
  const isAda = number % 4 < 2;
  if (number % 3 === 0) {
    const user = isAda ? ADA : BOB;
    return { actor: user, text: await tapOverTalk(gate, { token, verb, user, key: house.peers.talkKey }) };
  }
  if (number % 3 === 1) {
    const turn = number % at.forms.length;
    const page = await at.forms[turn]?.press(verb);
    return { actor: turn % 2 === 0 ? ADA : BOB, text: page?.text ?? '' };
  }
  const { json } = await gate.admin('/v1/commands', { line: `${verb} ${id}`, operator: 'eve' });
  return { actor: 'operator:eve', text: JSON.stringify(json) };
}

async function pendingId(gate: GateProcess): Promise<string> {
  const { out } = await gate.cli('pending', '--json');
  const [first] = JSON.parse(out) as { id: string }[];
  if (first === undefined) throw new Error('nothing is pending');
  return first.id;
}

async function historyOf(gate: GateProcess): Promise<readonly HistoryRow[]> {
  const { out } = await gate.cli('history', '--json');
  return JSON.parse(out) as HistoryRow[];
}

async function grantsOf(gate: GateProcess, address: string): Promise<number> {
  const grants = JSON.parse((await gate.cli('grants', '--json')).out) as { address: string }[];
  return grants.filter((grant) => grant.address === address).length;
}
