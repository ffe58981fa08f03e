/**
 * What an upgrade takes place in: fakes that keep the truth, one PostgreSQL database, and instances of the former and of the
 * new version on it. Who is put to people is told apart from who runs: an instance is taken out before it is stopped.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from '../../src/delivery/limits.js';
import { deliveredProgram, type Gate, type Program } from '../faults/gate.js';
import { openPeers, type Fakes } from '../faults/peers.js';
import { sitesText, SLACK_USERS } from '../faults/sites.js';
import { openGate, type DatabaseTruth, type GateInput } from '../faults/fixture.js';
import { createPostgresDatabase } from '../fixtures/databases/databases.js';
import type { Built } from './build.js';

export type Side = 'former' | 'new';
export const SIDES = ['former', 'new'] as const satisfies readonly Side[];

interface Instance {
  readonly gate: Gate;
  /** Of the program that runs now. */
  readonly side: Side;
}

export interface UpgradeFixture {
  /** Those that people are put to, as a balancer knows them. */
  readonly gates: readonly [Gate, ...Gate[]];
  readonly fakes: Fakes;
  readonly database: Extract<DatabaseTruth, { kind: 'postgres' }>;
  /** Those that people are put to, of this version. */
  of(side: Side): readonly Gate[];
  /** Begins one more, and waits until it is ready. */
  add(side: Side): Promise<Gate>;
  /**
   * Takes one out, ends it by SIGTERM and begins it again in that version. Whether it became ready, and how long the end took;
   * one that did not is left out.
   */
  replace(gate: Gate, side: Side): Promise<Replaced>;
  /** `gate <verb>` of that version, whether or not anything of it serves yet. */
  cli(side: Side, ...words: readonly string[]): Promise<string>;
  /** From now on what has one of these words in it is refused for now by chats and producers. */
  refuse(words: readonly string[]): void;
  /** From now on every call to a fake goes well. */
  heal(): void;
  close(): Promise<void>;
}

interface Replaced {
  readonly stopMs: number;
  readonly isReady: boolean;
}

export interface UpgradeFixtureInput {
  readonly seed: string;
  readonly former: Pick<Built, 'root' | 'channels'>;
  /** Where the new version was built to `<root>/dist`. */
  readonly root: string;
  /** Share of calls to each fake that go wrong. */
  readonly faultRate: number;
}

const READY_WITHIN_MS = 30_000;
/** What was sent to an instance before it was taken out has arrived there by then. */
const ARRIVES_WITHIN_MS = 100;
/** Of requests before one approver: more than are ever opened, so that nobody is deferred. */
export const CAP = 50;
/** About so long is what is slow. */
const SLOW_MS = 1_000;

export async function openUpgradeFixture(input: UpgradeFixtureInput): Promise<UpgradeFixture> {
  const { seed, faultRate } = input;
  const peers = await openPeers({ seed, faultRate, slowMs: SLOW_MS, slackUsers: Object.values(SLACK_USERS) });
  const made = await createPostgresDatabase();
  const url = made.where.url.revealText();
  const folder = mkdtempSync(join(tmpdir(), 'gate-upgrade-'));
  const programs = { former: deliveredProgram(input.former.root), new: deliveredProgram(input.root) };
  const all: Gate[] = [];
  const instances: Instance[] = [];

  function begin(program: Program): Promise<Gate> {
    const own: GateInput = {
      name: `gate ${String(all.length + 1)}`,
      folder,
      program,
      limits: LIMITS,
      environment: { ...peers.environment, DATABASE_URL: url },
      sites: sitesText(peers.environment['CALLBACK_URL'] ?? '', { known: input.former.channels, cap: CAP }),
    };
    return openGate(own);
  }

  const fixture: UpgradeFixture = {
    fakes: peers.fakes,
    database: { kind: 'postgres', url },
    get gates() {
      const [first, ...others] = instances.map(({ gate }) => gate);
      if (first === undefined) throw new Error('an upgrade leaves somebody to answer at every moment');
      return [first, ...others] as const;
    },
    of: (side) => instances.filter((one) => one.side === side).map(({ gate }) => gate),
    async add(side) {
      const gate = await begin(programs[side]);
      all.push(gate);
      if (!(await gate.becomesReady(READY_WITHIN_MS)))
        throw new Error(`${gate.name} did not become ready: ${last(gate)}`);
      instances.push({ gate, side });
      return gate;
    },
    async replace(gate, side) {
      instances.splice(
        instances.findIndex((one) => one.gate === gate),
        1,
      );
      await new Promise((resume) => setTimeout(resume, ARRIVES_WITHIN_MS));
      gate.install(programs[side]);
      const stopMs = await gate.terminate();
      const isReady = await gate.becomesReady(READY_WITHIN_MS);
      if (isReady) instances.push({ gate, side });
      return { stopMs, isReady };
    },
    cli: (side, ...words) => fixture.gates[0].cliOf(programs[side], ...words),
    refuse(words) {
      for (const faults of peers.faults.values()) faults.refuse(words);
    },
    heal() {
      for (const faults of peers.faults.values()) faults.heal();
    },
    async close() {
      await Promise.all(all.map((gate) => gate.close()));
      await peers.close();
      await made.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return fixture;
}

function last(gate: Gate): string {
  return gate.unbidden.at(-1)?.said ?? 'it runs';
}
