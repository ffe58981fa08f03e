/** Tells the bot of taps and lines: signed, within 3 s, once. The bot's answer is for the eyes of the one who acted. */
import type { Random } from '../src/base/crypto/random.js';
import type { Clock } from '../src/base/time/clock.js';
import { createHttpClient } from '../src/base/net/http-client-node.js';
import type { Secret } from '../src/base/crypto/secret.js';
import { sign } from '../src/base/crypto/standard-webhooks.js';

export type BotEvent = { readonly user: string; readonly second_factor: boolean } & (
  | { readonly type: 'action'; readonly message: string; readonly verb: string; readonly data: unknown }
  | { readonly type: 'text'; readonly text: string }
);

interface BotAnswer {
  readonly isOk: boolean;
  readonly text: string;
}

export interface BotCaller {
  tell(event: BotEvent): Promise<BotAnswer>;
  close(): void;
}

/** This server's name in the contract: a handle means something in its workspace only. */
const WORKSPACE = 'embedded';
/** The contract's own bounds. */
const ANSWER_TIMEOUT_MS = 3_000;
const MAX_TEXT_CHARACTERS = 8_000;
const ID_BYTES = 16;

const NO_ANSWER: BotAnswer = { isOk: false, text: 'Koder Gate did not answer. Tap again: a decision counts once.' };

export function botCaller(deps: {
  readonly callbackUrl: string;
  readonly signingKeys: readonly Secret[];
  readonly clock: Clock;
  readonly random: Random;
}): BotCaller {
  const [key] = deps.signingKeys;
  if (key === undefined) throw new Error('the bot is told with a signing key');
  const http = createHttpClient({ egress: 'any', allowedNetworks: [] });
  const stopped = new AbortController();
  return {
    async tell(event) {
      const body = Buffer.from(JSON.stringify({ workspace: WORKSPACE, ...event }));
      const signed = sign(key, { id: `tap_${deps.random.hex(ID_BYTES)}`, atMs: deps.clock.nowMs(), body });
      const answer = await http.call({
        method: 'POST',
        url: deps.callbackUrl,
        headers: { 'content-type': 'application/json', accept: 'application/json', ...signed },
        body,
        signal: stopped.signal,
        timeoutMs: ANSWER_TIMEOUT_MS,
      });
      return answer.kind === 'answered' && answer.status === 200 ? read(answer.body) : NO_ANSWER;
    },
    close() {
      stopped.abort();
      http.close();
    },
  };
}

function read(body: Buffer): BotAnswer {
  try {
    const said: unknown = JSON.parse(body.toString('utf8'));
    if (typeof said !== 'object' || said === null || !('text' in said) || typeof said.text !== 'string')
      return NO_ANSWER;
    return { isOk: 'isOk' in said && said.isOk === true, text: said.text.slice(0, MAX_TEXT_CHARACTERS) };
  } catch {
    return NO_ANSWER; // what is not JSON did not come from the bot
  }
}
