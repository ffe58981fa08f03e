/** 100 simultaneous taps on one token, over Talk, the confirm page and the CLI: one decision, one grant, losers learn who won. */
import { expect, test } from '@jest/globals';
import type { GateProcess } from './gate-process.js';
import { openHouse, type House } from './house.js';
import { newToken, produce, signIn, tapOverTalk, type SignedIn } from './people.js';
import { ADA, BOB } from './sites.js';

const TAPS = 100;

type Form = Awaited<ReturnType<SignedIn['open']>>;

interface Told {
  readonly actor: string;
  readonly text: string;
}

interface HistoryRow {
  readonly what: string;
  readonly who: string;
}

test.each([
  ['postgres', 3],
  ['sqlite', 1],
] as const)(
  'on %s with %i process(es), 100 taps at once make one decision, and every loser learns who won',
  async (kind, processes) => {
    const house = await openHouse(kind, { processes });
    try {
      const token = newToken();
      expect(await produce(house.gate, token)).toBe(200);
      const id = await pendingId(house.gate);
      const sessions = await Promise.all(house.gates.flatMap((gate) => [signIn(gate, ADA), signIn(gate, BOB)]));
      const forms = await Promise.all(sessions.map((session) => session.open(`/req/${token}`)));

      const told = await Promise.all(
        Array.from({ length: TAPS }, (_, number) => tap(house, { number, token, id, forms })),
      );

      const history = await historyOf(house.gate);
      const decisions = history.filter(({ what }) => what === 'approved' || what === 'denied');
      expect(decisions).toHaveLength(1);
      const winner = decisions[0]?.who ?? '';
      const isApproved = history.some(({ what }) => what === 'granted');
      expect(await grantCounts(house)).toEqual(house.gates.map(() => (isApproved ? 1 : 0)));
      expect(told.filter(({ actor, text }) => actor !== winner && !text.includes(winner))).toEqual([]);
    } finally {
      await house.close();
    }
  },
  90_000,
);

/** Surfaces, processes, approvers and verdicts in turn. */
async function tap(
  house: House,
  at: { number: number; token: string; id: string; forms: readonly Form[] },
): Promise<Told> {
  const { number, token, id } = at;
  const gate = house.gates[number % house.gates.length] ?? house.gate;
  const verb = number % 2 === 0 ? 'approve' : 'deny';
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

async function grantCounts(house: House): Promise<readonly number[]> {
  const lists = await Promise.all(house.gates.map((gate) => gate.cli('grants', '--json')));
  return lists.map(({ out }) => (JSON.parse(out) as unknown[]).length);
}
