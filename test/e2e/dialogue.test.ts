/**
 * One dialogue, played over every surface: a visitor asks, is looked at, denied for a reason; the next is let in for an
 * hour, given more time, and shut out again; then a typo. What is written down must be the same but for the surface's
 * own name and its person's.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cli } from '../fixtures/dialogue/cli.js';
import { discordGateway, discordInteractions } from '../fixtures/dialogue/discord.js';
import { sitesOf } from '../fixtures/dialogue/sites.js';
import { slackHttp, slackSocket } from '../fixtures/dialogue/slack.js';
import type { Approver, OpenSurface, Surface } from '../fixtures/dialogue/surface.js';
import { talk } from '../fixtures/dialogue/talk.js';
import { eventually } from '../fixtures/time/eventually.js';
import { removeData, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { visit } from '../fixtures/processes/people.js';

const SURFACES: readonly Surface[] = [cli, talk, slackHttp, slackSocket, discordGateway, discordInteractions];

const DENIED = '198.51.100.1';
const APPROVED = '198.51.100.2';
const REASON = 'nobody of ours is there';

interface ShownRequest {
  readonly id: string;
  readonly status: string;
  readonly decision: Readonly<Record<string, unknown>> | null;
}

interface HistoryRow {
  readonly what: string;
  readonly who: string;
  readonly surface: string;
  readonly address: string | null;
}

describe.each(SURFACES.map((surface) => [surface.name, surface] as const))('over %s', (_name, surface) => {
  let open: OpenSurface;
  let gate: GateProcess;
  let ada: Approver;

  beforeAll(async () => {
    open = await surface.open();
    gate = await startGate({
      sites: sitesOf([surface.over === 'cli' ? 'talk' : surface.over]),
      environment: open.environment,
    });
    ada = await open.begin(gate);
  }, 60_000);

  afterAll(async () => {
    await gate.stop();
    removeData(gate.dataDir);
    await open.close();
  });

  test('the dialogue ends in the same records', async () => {
    const denied = await ask(DENIED);
    expect(await ada.say('pending')).toContain(DENIED);
    expect(await ada.say(`show ${denied.id}`)).toContain('/plans?draft=2');
    await ada.deny(denied, REASON);
    await end(DENIED, /Denied/);
    expect(await ada.approveLate(denied)).toMatch(/^Already denied by /m);

    const approved = await ask(APPROVED);
    await ada.approveForAnHour(approved);
    await end(APPROVED, /Approved/);
    expect((await visit(gate, APPROVED)).status).toBe(204);
    expect(await ada.say(`extend ${approved.id} for 8h`)).toMatch(/^Extended\./m);
    await ada.revoke(approved);
    await end(APPROVED, /Revoked/);
    expect(await ada.say(`aprove ${approved.id}`)).toMatch(/Did you mean approve\?/);

    expect(await recordsOf(gate, surface, { denied, approved })).toEqual(EXPECTED);
    expect((await visit(gate, APPROVED)).status).toBe(403);
  }, 60_000);

  async function end(address: string, words: RegExp): Promise<void> {
    await eventually(`what stands before Ada of ${address} ends in ${String(words)}`, () =>
      ada.seesEnd(address, words),
    );
  }

  /** A visitor asks, and what stands before the approver tells of it. */
  async function ask(address: string): Promise<{ readonly address: string; readonly id: string }> {
    expect((await visit(gate, address)).status).toBe(403);
    await ada.seesRequest(address);
    const pending = JSON.parse((await gate.cli('pending', '--json')).out) as { id: string; address: string }[];
    const found = pending.find((request) => request.address === address);
    if (found === undefined) throw new Error(`no request of ${address} is pending`);
    return { address, id: found.id };
  }
});

/** `BY` and `OVER` stand for what may differ. */
const EXPECTED = {
  denied: {
    status: 'denied',
    decision: { outcome: 'denied', by: 'BY', over: 'OVER', reason: REASON, isReasonShared: false, grantedHours: null },
  },
  approved: {
    status: 'approved',
    decision: { outcome: 'approved', by: 'BY', over: 'OVER', revokedBy: 'BY', grantedHours: 8 },
  },
  history: [
    { what: 'opened', who: 'visitor', surface: 'gate', address: DENIED },
    { what: 'denied', who: 'BY', surface: 'OVER', address: DENIED },
    { what: 'opened', who: 'visitor', surface: 'gate', address: APPROVED },
    { what: 'approved', who: 'BY', surface: 'OVER', address: APPROVED },
    { what: 'granted', who: 'BY', surface: 'OVER', address: APPROVED },
    { what: 'extended', who: 'BY', surface: 'OVER', address: APPROVED },
    { what: 'revoked', who: 'BY', surface: 'OVER', address: APPROVED },
  ],
};

async function recordsOf(
  gate: GateProcess,
  surface: Surface,
  requests: Readonly<Record<'denied' | 'approved', { readonly id: string }>>,
): Promise<unknown> {
  const neutral = (text: unknown): unknown => (text === surface.by ? 'BY' : text === surface.over ? 'OVER' : text);
  const show = async (id: string): Promise<unknown> => {
    const { status, decision } = JSON.parse((await gate.cli('show', id, '--json')).out) as ShownRequest;
    const { at, grantedUntil, ...rest } = decision ?? {};
    const said = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'revokedAt'));
    const grantedHours = typeof grantedUntil === 'string' ? hoursBetween(String(at), grantedUntil) : null;
    const named = Object.fromEntries(Object.entries(said).map(([name, value]) => [name, neutral(value)]));
    return { status, decision: { ...named, grantedHours } };
  };
  const history = JSON.parse((await gate.cli('history', '--json')).out) as HistoryRow[];
  return {
    denied: await show(requests.denied.id),
    approved: await show(requests.approved.id),
    history: history
      .toReversed()
      .filter(({ address }) => address !== null)
      .map(({ what, who, surface: over, address }) => ({ what, who: neutral(who), surface: neutral(over), address })),
  };
}

function hoursBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 3_600_000);
}
