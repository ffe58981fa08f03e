/**
 * A decision over each channel, seen on every other: from the committed decision, by the database's clock, until the last
 * card shows it. All stand-ins are in this process on loopback, so that what is measured is ours and their bare work.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { discordInteractions } from '../test/fixtures/dialogue/discord.js';
import { sitesOf } from '../test/fixtures/dialogue/sites.js';
import { slackHttp } from '../test/fixtures/dialogue/slack.js';
import type { Approver, OpenSurface, Surface } from '../test/fixtures/dialogue/surface.js';
import { talk } from '../test/fixtures/dialogue/talk.js';
import { removeData, startGate, type GateProcess } from '../test/fixtures/processes/gate-process.js';
import { visit } from '../test/fixtures/processes/people.js';
import { median, type Figure } from './figure.js';
import { sized, type Bench, type Run } from './run.js';

/** Each has a card that is edited; e-mail's is not. */
const SURFACES: readonly Surface[] = [talk, slackHttp, discordInteractions];
const DECISIONS = { full: 40, short: 3 };
const WARM_UP = 3;
const TARGET_MS = 150;
const PATIENCE_MS = 10_000;

export const everyCardBench: Bench = {
  what: 'a decision over each channel until the last card on every other shows it, all platforms on loopback',
  measure: measureEveryCard,
};

interface Seat {
  readonly surface: Surface;
  readonly approver: Approver;
}

async function measureEveryCard(run: Run): Promise<readonly Figure[]> {
  const open: OpenSurface[] = [];
  let gate: GateProcess | null = null;
  try {
    for (const surface of SURFACES) open.push(await surface.open());
    const environment = Object.assign({}, ...open.map((one) => one.environment)) as Record<string, string>;
    gate = await startGate({ sites: sitesOf(SURFACES.map(({ over }) => over)), environment });
    const seats: Seat[] = [];
    for (const [index, surface] of SURFACES.entries()) {
      const approver = await open[index]?.begin(gate);
      if (approver !== undefined) seats.push({ surface, approver });
    }
    return await measureSeats(seats, { gate, run });
  } finally {
    await gate?.stop();
    if (gate !== null) removeData(gate.dataDir);
    for (const one of open) await one.close();
  }
}

async function measureSeats(
  seats: readonly Seat[],
  { gate, run }: { readonly gate: GateProcess; readonly run: Run },
): Promise<readonly Figure[]> {
  const took = new Map<Seat, number[]>(seats.map((seat) => [seat, []]));
  let number = 0;
  for (let round = 0; round < WARM_UP + sized(run, DECISIONS); round += 1) {
    for (const seat of seats) {
      number += 1;
      const ms = await decided(seat, {
        seats,
        gate,
        address: `198.51.${String(100 + (number >> 8))}.${String(number & 255)}`,
      });
      if (round >= WARM_UP) took.get(seat)?.push(ms);
    }
  }
  return seats.map((seat) => figureOf(seat, took.get(seat) ?? [], run));
}

/** Milliseconds from the commit until the last card shows it. */
async function decided(
  { surface, approver }: Seat,
  at: { readonly seats: readonly Seat[]; readonly gate: GateProcess; readonly address: string },
): Promise<number> {
  const { seats, gate, address } = at;
  await visit(gate, address);
  for (const seat of seats) await seat.approver.seesRequest(address);
  const isEverywhere = (): boolean => seats.every((seat) => seat.approver.seesEnd(address, /Approved/) === true);
  const acting = approver.approveForAnHour({ address, id: '' });
  const endMs = performance.now() + PATIENCE_MS;
  while (!isEverywhere()) {
    if (performance.now() > endMs) throw new Error(`a decision over ${surface.name} was not seen everywhere`);
    await nextTurn();
  }
  const seenAtMs = Date.now();
  await acting;
  return seenAtMs - (await decidedAtMs(gate, address));
}

async function decidedAtMs(gate: GateProcess, address: string): Promise<number> {
  const { json } = await gate.admin('/v1/commands', { verb: 'history', args: {}, operator: 'bench' });
  const { data } = json as {
    data: readonly { readonly at: string; readonly what: string; readonly address: string }[];
  };
  const row = data.find((entry) => entry.what === 'approved' && entry.address === address);
  if (row === undefined) throw new Error('the decision is in the history');
  return Date.parse(row.at);
}

function figureOf({ surface }: Seat, took: readonly number[], run: Run): Figure {
  const value = median(took);
  const longest = Math.max(...took);
  run.say(
    `over ${surface.name}: median ${value.toFixed(0)} ms, longest ${longest.toFixed(0)} ms of ${String(took.length)}`,
  );
  return {
    bench: 'every-card',
    case: `decided over ${surface.name}`,
    value,
    unit: 'ms',
    against: `the last of ${String(SURFACES.length)} cards, edited`,
    beside: null,
    ratio: null,
    target: { atMost: TARGET_MS },
  };
}
