/** A scene for an inbound that connects out: a fake platform, the channel's own socket to it, a real desk behind. */
import { runInThisContext } from 'node:vm';
import type { Token } from '../../../src/approval/brand.js';
import type { Outcome } from '../../../src/approval/request.js';
import { systemChance } from '../../../src/base/chance.js';
import { systemClock } from '../../../src/base/clock.js';
import type { Log } from '../../../src/base/log.js';
import { createCommands } from '../../../src/commands/commands.js';
import type { Tap, TapAnswer } from '../../../src/contract/desk.js';
import type { ConnectingInbound, Connection, ConnectionEnd, InboundDoors } from '../../../src/contract/inbound.js';
import { ask, openHouse } from '../../delivery/house.js';
import { channelSeams, inTime } from '../notifier/scene.js';
import type { ConnectingStage, OpenConnectingStage, PlatformTap, SocketPlatform } from '../stage.js';

const CASE_DEADLINE_MS = 10_000;

/** A channel or its platform, broken in one promise. */
export interface ConnectingLiar {
  readonly inbound?: (honest: ConnectingInbound, log: Log) => ConnectingInbound;
  readonly platform?: (honest: SocketPlatform) => SocketPlatform;
}

export interface ConnectingScene {
  readonly open: OpenConnectingStage;
  /** The stage's own, or a liar's. */
  readonly platform: SocketPlatform;
  readonly token: Token;
  /** Taps that reached the desk. */
  readonly taps: readonly Tap[];
  /** What reached the process itself since the scene was opened: rejections that nobody handled, errors that nobody caught. */
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
  play: (scene: ConnectingScene) => Promise<void>,
  wish: { readonly channel: string; readonly liar?: ConnectingLiar },
): Promise<void> {
  const house = await openHouse();
  const lines: string[] = [];
  const seams = channelSeams((line) => lines.push(line));
  const open = await stage.open(seams);
  const inbound = wish.liar?.inbound?.(open.inbound, seams.log) ?? open.inbound;
  const platform = wish.liar?.platform?.(open.platform) ?? open.platform;
  const desk = house.desk(null);
  const { request, token } = await ask(desk, { channels: [wish.channel] });
  const watched = watchedDoors(desk, () => house.directory);
  const strays = catchStrays();
  const stopping = new AbortController();
  const connect = (signal = stopping.signal): Promise<Connection | ConnectionEnd> =>
    inbound.connect(watched.doors, signal);
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
        // The subject is the address that the house's approver has on this channel.
        tap: (over) => ({
          id: systemChance().id(),
          verdict: 'approve',
          token,
          workspace: 'w1',
          subject: `${wish.channel}-rpm`,
          ...over,
        }),
        hangDesk: () => watched.hangDesk(),
        outcome: async () => (await house.ledger.requests.byId(request.id))?.decision?.outcome ?? null,
        logged: () => lines.join('\n'),
      }),
      CASE_DEADLINE_MS,
    );
  } finally {
    stopping.abort();
    await open.close();
    strays.release();
    await house.close();
  }
}

function watchedDoors(
  desk: ReturnType<Awaited<ReturnType<typeof openHouse>>['desk']>,
  directory: Parameters<typeof createCommands>[0]['directory'],
): { readonly doors: InboundDoors; readonly taps: readonly Tap[]; hangDesk(): void } {
  const taps: Tap[] = [];
  let isHanging = false;
  const decide = (tap: Tap): Promise<TapAnswer> => {
    taps.push(tap);
    return isHanging ? new Promise(() => undefined) : desk.decide(tap);
  };
  const commands = createCommands({ desk, directory, clock: systemClock() });
  return { doors: { desk: { ...desk, decide }, commands }, taps, hangDesk: () => void (isHanging = true) };
}

const STRAYS = ['unhandledRejection', 'uncaughtException'] as const;

/**
 * The test's own `process` is a copy that hears of nothing: the real one is asked for outside of the test's realm. The test
 * runner's listeners would end the test that a liar has to fail by itself, so they stand aside meanwhile.
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
