/** Carries out a plan: every process has its own list and goes through it by itself, whatever the others suffer meanwhile. */
import { availableParallelism, loadavg } from 'node:os';
import type { Limits } from '../../src/delivery/limits.js';
import type { Gate } from './gate.js';
import type { Fault, Plan, Step } from './plan.js';
import type { Fixture } from './fixture.js';

export interface Suffered {
  readonly kills: number;
  readonly stalls: number;
  readonly crashes: number;
  /** Whether the machine had so much else to do that nobody can be held to seconds. */
  readonly isMachineBusy: boolean;
  /** What the product promises about its own end, and did not keep. */
  readonly broken: readonly string[];
}

/** A start on a busy machine, with its database away for a while. */
const READY_WITHIN_MS = 20_000;
const DOWN_MS = 400;
/** 5 s are promised; a shared machine may need some more to let a process run. */
const STOPS_WITHIN_MS = 6_500;
const BUSY_LOAD_A_CORE = 3;

interface Inflicting {
  readonly fixture: Fixture;
  readonly limits: Limits;
  readonly tally: { kills: number; stalls: number; crashes: number; isMachineBusy: boolean; broken: string[] };
}

/** Resolves when the whole plan was carried out. Every process runs then, and every clock is right again. */
export async function inflict(plan: Plan, fixture: Fixture, limits: Limits): Promise<Suffered> {
  const tally: Inflicting['tally'] = { kills: 0, stalls: 0, crashes: 0, isMachineBusy: false, broken: [] };
  const inflicting = { fixture, limits, tally };
  await Promise.all([
    ...plan.processes.map((steps, number) => suffer(inflicting, { number, steps })),
    crashDatabase(inflicting, plan.crashes),
  ]);
  return tally;
}

async function suffer(
  inflicting: Inflicting,
  { number, steps }: { readonly number: number; readonly steps: readonly Step[] },
): Promise<void> {
  const gate = inflicting.fixture.gates[number];
  if (gate === undefined) return;
  for (const { afterMs, fault } of steps) {
    await gate.becomesReady(READY_WITHIN_MS);
    await pause(afterMs);
    await strike(inflicting, { gate, number, fault });
  }
}

async function strike(
  { fixture, limits, tally }: Inflicting,
  at: { readonly gate: Gate; readonly number: number; readonly fault: Fault },
): Promise<void> {
  const { gate, fault } = at;
  const wire = fixture.wires[at.number];
  switch (fault.kind) {
    case 'kill':
      tally.kills += 1;
      return gate.kill();
    case 'kill_while_starting':
      tally.kills += 2;
      await gate.kill();
      await pause(fault.afterMs);
      return gate.kill();
    case 'terminate': {
      const tookMs = await gate.terminate();
      tally.isMachineBusy ||= isBusy();
      if (!isBusy() && tookMs > STOPS_WITHIN_MS) tally.broken.push(`${gate.name} took ${tookMs.toFixed(0)} ms to stop`);
      return;
    }
    case 'stall':
      tally.stalls += 1;
      return stall(fixture, gate, fault.leases * limits.leaseMs);
    case 'jump':
      gate.setClock(fault.aheadMs);
      await pause(fault.forMs);
      return gate.setClock(0);
    case 'cut_database':
      return wire?.cut();
    case 'cut_mail':
      return fixture.mailWire.cut();
    case 'freeze_database':
      wire?.freeze();
      await pause(fault.forMs);
      return wire?.thaw(fault.then);
  }
}

/** Late answers: what the stopped process sent is answered while others have taken it over and are sending themselves. */
async function stall(fixture: Fixture, gate: Gate, forMs: number): Promise<void> {
  for (const faults of fixture.faults) faults.slowDown(true);
  await pause(DOWN_MS);
  gate.stop();
  await pause(forMs);
  gate.wake();
  for (const faults of fixture.faults) faults.slowDown(false);
}

async function crashDatabase({ fixture, tally }: Inflicting, waits: readonly number[]): Promise<void> {
  if (fixture.postgres === null) return;
  for (const waitMs of waits) {
    await pause(waitMs);
    await fixture.postgres.crash();
    tally.crashes += 1;
    await pause(DOWN_MS);
    await fixture.postgres.start();
  }
}

/** More that would run than this machine has cores, by far, over the last minute. */
export function isBusy(): boolean {
  const [lastMinute = 0] = loadavg();
  return lastMinute > BUSY_LOAD_A_CORE * availableParallelism();
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
