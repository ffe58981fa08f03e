/** A fixture for an inbound that connects out: a fake platform, the channel's own socket to it, a real desk behind. */
import { runInThisContext } from 'node:vm';
import type { Token } from '../../../src/approval/brand.js';
import type { Outcome } from '../../../src/approval/request.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { systemClock } from '../../../src/base/time/clock.js';
import type { Log } from '../../../src/base/process/log.js';
import { createCommands } from '../../../src/commands/commands.js';
import type { TapAnswer } from '../../../src/approval/tap-answer.js';
import type { Tap } from '../../../src/contract/desk.js';
import type { ConnectingInbound, Connection, ConnectionEnd, InboundHandlers } from '../../../src/contract/inbound.js';
import { ask, openFixture } from '../../fixtures/delivery/delivery.js';
import { channelDeps, inTime } from '../notifier/fixture.js';
import type { ConnectingStage, OpenConnectingStage, PlatformTap, SocketPlatform } from '../stage.js';

const CASE_DEADLINE_MS = 10_000;

/** A channel or its platform, broken in one promise. */
export interface ConnectingMutant {
  readonly inbound?: (honest: ConnectingInbound, log: Log) => ConnectingInbound;
  readonly platform?: (honest: SocketPlatform) => SocketPlatform;
}

export interface ConnectingFixture {
  readonly open: OpenConnectingStage;
  /** The stage's own, or a mutant's. */
  readonly platform: SocketPlatform;
  readonly token: Token;
  /** Taps that reached the desk. */
  readonly taps: readonly Tap[];
  /** What reached the process itself since the fixture was opened: rejections that nobody handled, errors that nobody caught. */
  readonly strays: readonly unknown[];
  connect(signal?: AbortSignal): Promise<Connection | ConnectionEnd>;
  /** Connects, and is surprised when it cannot. */
  up(): Promise<Connection>;
  /** An approver's tap on the request; `over` changes it. */
  tap(over?: Partial<PlatformTap>): PlatformTap;
  /** From now on the desk never answers. */
  hangDesk(): void;
  outcome(): Promise<Outcome | null>;
  logged(): string;
}

export async function onConnectingStage(
  stage: ConnectingStage,
  play: (fixture: ConnectingFixture) => Promise<void>,
  input: { readonly channel: string; readonly mutant?: ConnectingMutant },
): Promise<void> {
  const gateFixture = await openFixture();
  const lines: string[] = [];
  const deps = channelDeps((line) => lines.push(line));
  const open = await stage.open(deps);
  const inbound = input.mutant?.inbound?.(open.inbound, deps.log) ?? open.inbound;
  const platform = input.mutant?.platform?.(open.platform) ?? open.platform;
  const desk = gateFixture.desk(null);
  const { request, token } = await ask(desk, { channels: [input.channel] });
  const watched = watchedHandlers(desk, () => gateFixture.directory);
  const strays = catchStrays();
  const stopping = new AbortController();
  const connect = (signal = stopping.signal): Promise<Connection | ConnectionEnd> =>
    inbound.connect(watched.handlers, signal);
  try {
    await inTime(
      play({
        open,
        platform,
        token,
        taps: watched.taps,
        strays: strays.caught,
        connect,
        async up() {
          const connection = await connect();
          if (connection.kind !== 'up') throw new Error(`not connected: ${connection.kind}, ${connection.reason}`);
          return connection;
        },
        // The subject is the address that the fixture's approver has on this channel.
        tap: (over) => ({
          id: systemRandom().id(),
          verdict: 'approve',
          token,
          workspace: 'w1',
          subject: `${input.channel}-rpm`,
          ...over,
        }),
        hangDesk: () => watched.hangDesk(),
        outcome: async () => (await gateFixture.ledger.requests.byId(request.id))?.decision?.outcome ?? null,
        logged: () => lines.join('\n'),
      }),
      CASE_DEADLINE_MS,
    );
  } finally {
    stopping.abort();
    await open.close();
    strays.release();
    await gateFixture.close();
  }
}

function watchedHandlers(
  desk: ReturnType<Awaited<ReturnType<typeof openFixture>>['desk']>,
  directory: Parameters<typeof createCommands>[0]['directory'],
): { readonly handlers: InboundHandlers; readonly taps: readonly Tap[]; hangDesk(): void } {
  const taps: Tap[] = [];
  let isHanging = false;
  const decide = (tap: Tap): Promise<TapAnswer> => {
    taps.push(tap);
    return isHanging ? new Promise(() => undefined) : desk.decide(tap);
  };
  const commands = createCommands({ desk, directory, clock: systemClock() });
  return { handlers: { desk: { ...desk, decide }, commands }, taps, hangDesk: () => void (isHanging = true) };
}

const STRAYS = ['unhandledRejection', 'uncaughtException'] as const;

/**
 * The test's own `process` is a copy that hears of nothing: the real one is asked for outside of the test's realm. The test
 * runner's listeners would end the test that a mutant has to fail by itself, so they stand aside meanwhile.
 */
function catchStrays(): { readonly caught: unknown[]; release(): void } {
  const real = runInThisContext('process') as NodeJS.Process;
  const caught: unknown[] = [];
  const onStray = (what: unknown): void => void caught.push(what);
  const aside = STRAYS.map((name) => ({ name, listeners: real.listeners(name as 'exit') }));
  for (const name of STRAYS) real.removeAllListeners(name).on(name, onStray);
  return {
    caught,
    release() {
      for (const { name, listeners } of aside) {
        real.off(name, onStray);
        for (const listener of listeners) real.on(name, listener);
      }
    },
  };
}
