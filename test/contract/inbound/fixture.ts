/** A fixture for an inbound: its real router, a real desk with a real ledger behind it, and whoever calls from outside. */
import { request as httpRequest } from 'node:http';
import type { Token } from '../../../src/approval/brand.js';
import type { Outcome, RequestRecord } from '../../../src/approval/request.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { systemClock } from '../../../src/base/time/clock.js';
import type { Log } from '../../../src/base/process/log.js';
import { createCommands } from '../../../src/commands/commands.js';
import type { TapAnswer } from '../../../src/approval/tap-answer.js';
import type { Tap } from '../../../src/contract/desk.js';
import { ask, openFixture } from '../../fixtures/delivery/delivery.js';
import { channelDeps, inTime } from '../notifier/fixture.js';
import type { Header, InboundAnswer, InboundKey, InboundStage, OpenInboundStage, PlatformTap } from '../stage.js';

const CASE_DEADLINE_MS = 10_000;

export interface Call {
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

/** Stands between the platform and the inbound. `never`: as an inbound that does not answer. */
export type InboundMutant = (call: Call, fixture: InboundFixture) => Call | InboundAnswer | 'never';

export interface InboundFixture {
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
  play: (fixture: InboundFixture) => Promise<void>,
  input: { readonly channel: string; readonly mutant?: InboundMutant },
): Promise<void> {
  const gateFixture = await openFixture({ channels: [input.channel] });
  const lines: string[] = [];
  const deps = channelDeps((line) => lines.push(line));
  const desk = gateFixture.desk(null);
  const taps: Tap[] = [];
  let conduct: 'works' | 'hangs' | 'breaks' = 'works';
  const decide = (tap: Tap): Promise<TapAnswer> => {
    taps.push(tap);
    if (conduct === 'breaks') return Promise.reject(new TypeError(`no such thing: ${JSON.stringify(tap)}`));
    return conduct === 'hangs' ? new Promise(() => undefined) : desk.decide(tap);
  };
  const commands = createCommands({ desk, directory: () => gateFixture.directory, clock: systemClock() });
  const open = await stage.open(deps, { desk: { ...desk, decide }, commands });
  const { request, token } = await ask(desk, { channels: [input.channel] });
  const fixture: InboundFixture = {
    ...callerOf(open, { token, channel: input.channel }),
    log: deps.log,
    request,
    taps,
    send: (call) => pass(call, fixture, input.mutant),
    hangDesk: () => void (conduct = 'hangs'),
    breakDesk: () => void (conduct = 'breaks'),
    outcome: async () => (await gateFixture.ledger.requests.byId(request.id))?.decision?.outcome ?? null,
    logged: () => lines.join('\n'),
  };
  try {
    await inTime(play(fixture), CASE_DEADLINE_MS);
  } finally {
    await open.close();
    await gateFixture.close();
  }
}

/** What the platform can do. */
function callerOf(
  open: OpenInboundStage,
  { token, channel }: { token: Token; channel: string },
): Pick<InboundFixture, 'open' | 'token' | 'tap' | 'call'> {
  return {
    open,
    token,
    // The subject is the address that the fixture's approver has on this channel.
    tap: (over) => ({
      id: systemRandom().id(),
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

async function pass(call: Call, fixture: InboundFixture, mutant: InboundMutant | undefined): Promise<InboundAnswer> {
  const passed = mutant === undefined ? call : mutant(call, fixture);
  if (passed === 'never') return new Promise(() => undefined);
  if ('status' in passed) return passed;
  const answer = await post(fixture.open.url, passed);
  return answer.status === 200 && fixture.open.told !== undefined ? fixture.open.told(passed, answer) : answer;
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
