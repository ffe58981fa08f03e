/**
 * What is done to an episode, drawn from its seed before it begins: for each process a list of faults in order, each so long
 * after the process is ready again, and crashes of the database server between them.
 */
import { randomOf, type Random } from './random.js';

export type Fault =
  | { readonly kind: 'kill' }
  /** Killed again while it starts. */
  | { readonly kind: 'kill_while_starting'; readonly afterMs: number }
  | { readonly kind: 'terminate' }
  /** Stopped past its lease, while the fakes are slow, and woken. */
  | { readonly kind: 'stall'; readonly leases: number }
  | { readonly kind: 'jump'; readonly aheadMs: number; readonly forMs: number }
  | { readonly kind: 'cut_database' | 'cut_mail' }
  /** Half open for so long; then what was held arrives after all, or its connections are reset. */
  | { readonly kind: 'freeze_database'; readonly forMs: number; readonly then: 'held' | 'lost' };

export interface Step {
  /** Since the process was ready, under load. */
  readonly afterMs: number;
  readonly fault: Fault;
}

export interface Plan {
  /** For each process, in order. */
  readonly processes: readonly (readonly Step[])[];
  /** Waits between crashes of the database server. */
  readonly crashes: readonly number[];
}

export interface PlanInput {
  readonly seed: string;
  readonly database: 'sqlite' | 'postgres';
  readonly processes: number;
  /** Of all processes together. */
  readonly kills: number;
  readonly stalls: number;
  /** Each of: graceful stops, clock jumps, cut wires. */
  readonly others: number;
  readonly freezes: number;
  readonly crashes: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Clock jumps: within the tolerance of signed calls, beyond it, and beyond every deadline. */
const JUMPS_MS = [-2 * MINUTE_MS, 2 * MINUTE_MS, -2 * HOUR_MS, 2 * HOUR_MS, 400 * 24 * HOUR_MS] as const;
const AFTER_MS = { least: 100, most: 700 } as const;

export function planOf(input: PlanInput): Plan {
  const random = randomOf(input.seed, 'plan');
  const processes: Step[][] = Array.from({ length: input.processes }, () => []);
  for (const fault of shuffled(faultsOf(input, random), random)) {
    processes[random.whole(0, processes.length - 1)]?.push({
      afterMs: random.whole(AFTER_MS.least, AFTER_MS.most),
      fault,
    });
  }
  const crashes = input.database === 'postgres' ? times(input.crashes, () => random.whole(3_000, 8_000)) : [];
  return { processes, crashes };
}

function faultsOf(input: PlanInput, random: Random): Fault[] {
  const pairs = Math.floor(input.kills / 5);
  const onWires = input.database === 'postgres';
  return [
    ...times(pairs, (): Fault => ({ kind: 'kill_while_starting', afterMs: random.whole(50, 900) })),
    ...times(input.kills - 2 * pairs, (): Fault => ({ kind: 'kill' })),
    ...times(input.stalls, (): Fault => ({ kind: 'stall', leases: 1.2 + random.fraction() })),
    ...times(input.others, (): Fault => ({ kind: 'terminate' })),
    ...times(input.others, (): Fault => ({
      kind: 'jump',
      aheadMs: random.pick(JUMPS_MS),
      forMs: random.whole(500, 2_500),
    })),
    ...times(input.others, (): Fault => ({ kind: 'cut_mail' })),
    ...times(onWires ? input.others : 0, (): Fault => ({ kind: 'cut_database' })),
    ...times(onWires ? input.freezes : 0, (): Fault => ({
      kind: 'freeze_database',
      forMs: random.whole(500, 7_000),
      then: random.pick(['held', 'lost']),
    })),
  ];
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  const left = [...list];
  return list.flatMap(() => left.splice(random.whole(0, left.length - 1), 1));
}
