/** A scene for an inbound: its real router, a real desk with a real ledger behind it, and whoever calls from outside. */
import { request as httpRequest } from 'node:http';
import type { Token } from '../../../src/approval/brand.js';
import type { Outcome, RequestRecord } from '../../../src/approval/request.js';
import { systemChance } from '../../../src/base/chance.js';
import { systemClock } from '../../../src/base/clock.js';
import type { Log } from '../../../src/base/log.js';
import { createCommands } from '../../../src/commands/commands.js';
import type { Tap, TapAnswer } from '../../../src/contract/desk.js';
import { ask, openHouse } from '../../delivery/house.js';
import { channelSeams, inTime } from '../notifier/scene.js';
import type { Header, InboundAnswer, InboundKey, InboundStage, OpenInboundStage, PlatformTap } from '../stage.js';

const CASE_DEADLINE_MS = 10_000;

export interface Call {
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

/** Stands between the platform and the inbound. `never`: as an inbound that does not answer. */
export type InboundLiar = (call: Call, scene: InboundScene) => Call | InboundAnswer | 'never';

export interface InboundScene {
  readonly open: OpenInboundStage;
  readonly log: Log;
  readonly request: RequestRecord;
  readonly token: Token;
  /** Taps that reached the desk. */
  readonly taps: readonly Tap[];
  /** An approver's tap on the request; `over` changes it. */
  tap(over?: Partial<PlatformTap>): PlatformTap;
  /** A call as the platform makes it: signed now, with the current key, unless `over` says otherwise. */
  call(
    tap: PlatformTap,
    over?: { readonly key?: InboundKey; readonly atMs?: number; readonly id?: string; readonly body?: Buffer },
  ): Call;
  send(call: Call): Promise<InboundAnswer>;
  /** From now on the desk never answers. */
  hangDesk(): void;
  /** From now on the desk has a bug, and its error quotes the tap. */
  breakDesk(): void;
  outcome(): Promise<Outcome | null>;
  logged(): string;
}

export async function onInboundStage(
  stage: InboundStage,
  play: (scene: InboundScene) => Promise<void>,
  wish: { readonly channel: string; readonly liar?: InboundLiar },
): Promise<void> {
  const house = await openHouse();
  const lines: string[] = [];
  const seams = channelSeams((line) => lines.push(line));
  const desk = house.desk(null);
  const taps: Tap[] = [];
  let conduct: 'works' | 'hangs' | 'breaks' = 'works';
  const decide = (tap: Tap): Promise<TapAnswer> => {
    taps.push(tap);
    if (conduct === 'breaks') return Promise.reject(new TypeError(`no such thing: ${JSON.stringify(tap)}`));
    return conduct === 'hangs' ? new Promise(() => undefined) : desk.decide(tap);
  };
  const commands = createCommands({ desk, directory: () => house.directory, clock: systemClock() });
  const open = await stage.open(seams, { desk: { ...desk, decide }, commands });
  const { request, token } = await ask(desk, { channels: [wish.channel] });
  const scene: InboundScene = {
    ...callerOf(open, { token, channel: wish.channel }),
    log: seams.log,
    request,
    taps,
    send: (call) => pass(call, scene, wish.liar),
    hangDesk: () => void (conduct = 'hangs'),
    breakDesk: () => void (conduct = 'breaks'),
    outcome: async () => (await house.ledger.requests.byId(request.id))?.decision?.outcome ?? null,
    logged: () => lines.join('\n'),
  };
  try {
    await inTime(play(scene), CASE_DEADLINE_MS);
  } finally {
    await open.close();
    await house.close();
  }
}

/** What the platform can do. */
function callerOf(
  open: OpenInboundStage,
  { token, channel }: { token: Token; channel: string },
): Pick<InboundScene, 'open' | 'token' | 'tap' | 'call'> {
  return {
    open,
    token,
    // The subject is the address that the house's approver has on this channel.
    tap: (over) => ({
      id: systemChance().id(),
      verdict: 'approve',
      token,
      workspace: 'w1',
      subject: `${channel}-rpm`,
      ...over,
    }),
    call(tap, over = {}) {
      const body = over.body ?? open.tapBody(tap);
      const headers = open.signed({ id: tap.id, atMs: Date.now(), key: 'current', ...over, body });
      return { method: 'POST', headers, body };
    },
  };
}

async function pass(call: Call, scene: InboundScene, liar: InboundLiar | undefined): Promise<InboundAnswer> {
  const passed = liar === undefined ? call : liar(call, scene);
  if (passed === 'never') return new Promise(() => undefined);
  if ('status' in passed) return passed;
  const answer = await post(scene.open.url, passed);
  return answer.status === 200 && scene.open.told !== undefined ? scene.open.told(passed, answer) : answer;
}

/** Header names and repetitions go out exactly as they are given. */
function post(url: string, call: Call): Promise<InboundAnswer> {
  const headers = [
    ['host', new URL(url).host],
    ['connection', 'close'],
    ['content-length', String(call.body.length)],
    ...call.headers,
  ].flat();
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: call.method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const fields = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: answer.statusCode ?? 0,
          headers: Object.fromEntries(fields) as Record<string, string>,
          body,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(call.body);
  });
}
