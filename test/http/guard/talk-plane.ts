/** The public plane with Talk's receiver behind the guard, over the real desk and ledger, and somebody who calls it. */
import { connect } from 'node:net';
import { talkInbound } from '../../../bots/talk/inbound.js';
import type { Token } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { systemClock } from '../../../src/base/time/clock.js';
import { jsonLog } from '../../../src/base/process/log.js';
import { sign } from '../../../src/base/crypto/standard-webhooks.js';
import type { InboundHandlers } from '../../../src/contract/inbound.js';
import type { DeadLetter } from '../../../src/contract/ledger.js';
import type { Desk } from '../../../src/contract/desk.js';
import { inboundRedriver } from '../../../src/http/public/guard/dead-letters.js';
import { FOREIGN_SECRET, keyOf, SIGNING_SECRETS } from '../../fakes/talk.js';
import { ADA, startPlanes, type Planes, type PlanesInput } from '../../fixtures/http/planes.js';
import { call, type Answer } from '../../fixtures/http/visitor-client.js';

export const PATH = '/talk/events';
const SOURCE = 'talk';

export interface TalkCall {
  readonly method?: string;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export interface TalkPlane {
  readonly planes: Planes;
  /** Oldest first, once all that were posted are written. */
  letters(): Promise<readonly DeadLetter[]>;
  readonly logged: () => string;
  /** Events and command lines so far: nothing happens without one of them. */
  readonly effects: () => number;
  /** A tap of Ada's, signed now. */
  readonly tap: (input?: TapInput) => TalkCall;
  /** Any body, signed now. */
  readonly signed: (body: Buffer | string, input?: SigningInput) => TalkCall;
  send(talk: TalkCall): Promise<Answer>;
  /** So many calls by a key that is not ours, one after the other; their statuses. */
  forge(count: number, headers?: Readonly<Record<string, string>>): Promise<readonly number[]>;
  stop(): Promise<void>;
}

interface SigningInput {
  readonly id?: string;
  /** Relative to now. */
  readonly lateMs?: number;
  readonly isForged?: boolean;
}

interface TapInput extends SigningInput {
  readonly token?: string;
  readonly verb?: 'approve' | 'deny';
}

/** Below the sixteen letters that may be written at once: on a slow machine no more must wait, or they would be lost. */
const LETTERS_AT_ONCE = 15;
const NO_TOKEN = '0'.repeat(32) as Token;

export async function openTalkPlane(input: PlanesInput = {}): Promise<TalkPlane> {
  const lines: string[] = [];
  let effects = 0;
  const log = jsonLog('trace', { write: (line) => lines.push(line) });
  const inbound = talkInbound(SIGNING_SECRETS.map(keyOf), { clock: systemClock(), log });
  const handlers = (desk: Desk): InboundHandlers => ({
    desk,
    commands: {
      run() {
        effects += 1;
        return Promise.resolve({ kind: 'text', isOk: true, lines: ['Done.'], data: null });
      },
    },
  });
  const planes = await startPlanes({
    log,
    onEvent: () => void (effects += 1),
    mountsBehind: (guard, desk) => [
      { path: PATH, app: guard.before({ source: SOURCE, inbound, handlers: handlers(desk) }) },
    ],
    redrivers: (desk) => [[SOURCE, inboundRedriver(inbound, handlers(desk))]],
    ...input,
  });
  const send = ({ method = 'POST', path = PATH, headers, body }: TalkCall): Promise<Answer> =>
    call(planes.publicUrl + path, { method, headers, body });
  const signed = (body: Buffer | string, { id, lateMs = 0, isForged = false }: SigningInput = {}): TalkCall => {
    const key = keyOf(isForged ? FOREIGN_SECRET : SIGNING_SECRETS[0]);
    const message = { id: id ?? systemRandom().id(), atMs: planes.nowMs() - lateMs, body: Buffer.from(body) };
    return { headers: { 'content-type': 'application/json', ...sign(key, message) }, body };
  };
  const tap = ({ token = NO_TOKEN, verb = 'approve', ...wished }: TapInput = {}): TalkCall =>
    signed(
      JSON.stringify({ type: 'action', workspace: 'w1', user: ADA, message: 'm1', verb, data: { token } }),
      wished,
    );
  return {
    planes,
    async letters() {
      await planes.settled();
      return [...(await planes.store.ledger.deadLetters.list({ limit: 1_000, before: null }))].reverse();
    },
    logged: () => lines.join('\n'),
    effects: () => effects,
    tap,
    signed,
    send,
    async forge(count, headers = {}) {
      const statuses: number[] = [];
      for (let sent = 0; sent < count; sent += 1) {
        const { headers: own, body } = tap({ isForged: true });
        statuses.push((await send({ headers: { ...own, ...headers }, body })).status);
        if (statuses.length % LETTERS_AT_ONCE === 0) await planes.settled();
      }
      return statuses;
    },
    stop: () => planes.stop(),
  };
}

/** Writes these very bytes to the public plane and answers what comes back first; nothing more is sent after it. */
export function rawCall(planes: Planes, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(planes.publicUrl).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write(bytes);
  });
}
