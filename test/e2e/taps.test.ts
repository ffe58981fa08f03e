/** 100 simultaneous taps on one token, over Talk, the confirm page and the CLI: one decision, one grant, losers learn who won. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, signIn, tapOverTalk, visit, type SignedIn } from '../fixtures/processes/people.js';
import { ADA, BOB } from '../fixtures/sites/sites.js';

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
  let fixture: Fixture;
  let sessions: readonly SignedIn[];

  beforeAll(async () => {
    fixture = await openFixture(kind, { processes });
    // one after the other: of a person's sign-in links only the newest is good, whichever process made it
    const opened: SignedIn[] = [];
    for (const gate of fixture.gates) opened.push(await signIn(gate, ADA), await signIn(gate, BOB));
    sessions = opened;
  }, 60_000);

  afterAll(async () => {
    await fixture.close();
  });

  test('of both kinds make one decision, and every loser learns who won', async () => {
    const race = await run(fixture, { sessions, address: '203.0.113.7', verbs: ['approve', 'deny'] });

    expect(race.decisions).toHaveLength(1);
    const isApproved = race.decisions[0]?.what === 'approved';
    expect(race.granted).toHaveLength(isApproved ? 1 : 0);
    expect(race.grantsSeen).toEqual(fixture.gates.map(() => (isApproved ? 1 : 0)));
    expect(race.misinformed).toEqual([]);
  }, 60_000);

  test('that all approve make one decision and one grant, and every process lets the visitor in', async () => {
    const race = await run(fixture, { sessions, address: '203.0.113.8', verbs: ['approve'] });

    expect(race.decisions.map(({ what }) => what)).toEqual(['approved']);
    expect(race.granted).toHaveLength(1);
    expect(race.grantsSeen).toEqual(fixture.gates.map(() => 1));
    expect(race.misinformed).toEqual([]);
    const visits = await Promise.all(fixture.gates.map((gate) => visit(gate, '203.0.113.8')));
    expect(visits.map(({ status }) => status)).toEqual(fixture.gates.map(() => 204));
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
  fixture: Fixture,
  input: { sessions: readonly SignedIn[]; address: string; verbs: readonly Verb[] },
): Promise<Race> {
  const { address, verbs } = input;
  const token = newToken();
  expect(await produce(fixture.gate, token, { origin_ip: address })).toBe(200);
  const id = await pendingId(fixture.gate);
  const forms = await Promise.all(input.sessions.map((session) => session.open(`/req/${token}`)));

  const told = await Promise.all(
    Array.from({ length: TAPS }, (_, number) =>
      tap(fixture, { number, verb: verbs[number % verbs.length] ?? 'approve', token, id, forms }),
    ),
  );

  const history = (await historyOf(fixture.gate)).filter((row) => row.address === address);
  const decisions = history.filter(({ what }) => what === 'approved' || what === 'denied');
  const winner = decisions[0]?.who ?? '';
  return {
    decisions,
    granted: history.filter(({ what }) => what === 'granted'),
    grantsSeen: await Promise.all(fixture.gates.map((gate) => grantsOf(gate, address))),
    misinformed: told.filter(({ actor, text }) => actor !== winner && !text.includes(winner)),
  };
}

/** Surfaces, processes and approvers in turn. */
async function tap(
  fixture: Fixture,
  at: { number: number; verb: Verb; token: string; id: string; forms: readonly Form[] },
): Promise<Told> {
  const { number, verb, token, id } = at;
  const gate = fixture.gates[number % fixture.gates.length] ?? fixture.gate;
  const isAda = number % 4 < 2;
  if (number % 3 === 0) {
    const user = isAda ? ADA : BOB;
    return { actor: user, text: await tapOverTalk(gate, { token, verb, user, key: fixture.peers.talkKey }) };
  }
  if (number % 3 === 1) {
    const turn = number % at.forms.length;
    const page = await at.forms[turn]?.press(verb);
    return { actor: turn % 2 === 0 ? ADA : BOB, text: page?.text ?? '' };
  }
  const { json } = await gate.admin('/v1/commands', { verb, args: { id }, operator: 'eve' });
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
