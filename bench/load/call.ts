/** One HTTP call of a bench over a kept connection. What it is answered is checked: a refused request measures nothing. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

interface Call {
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that means that it was taken. */
  readonly expected: number;
  /** The status by which the peer asks for the same again, a second later. */
  readonly again?: number;
}

const MAX_CONNECTIONS = 64;
const TIMEOUT_MS = 60_000;
const MAX_QUOTED = 200;
/** As `Retry-After: 1` says. */
const AGAIN_AFTER_MS = 1_000;
const MAX_SENDINGS = 10;

export interface Caller {
  /** Resolves when it was taken, sent again where that was asked for. Rejects when the answer is another one. */
  call(call: Call): Promise<void>;
  /** How often a peer has asked for the same again so far. */
  resent(): number;
  close(): void;
}

export function createCaller(): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  let resent = 0;
  return {
    async call(input) {
      for (let sendings = 1; ; sendings += 1) {
        const { status, text } = await answerTo(input, agent);
        if (status === input.expected) return;
        if (status !== input.again || sendings === MAX_SENDINGS)
          throw new Error(`${input.path} was answered ${String(status)}: ${text.slice(0, MAX_QUOTED)}`);
        resent += 1;
        await pause(AGAIN_AFTER_MS);
      }
    },
    resent: () => resent,
    close: () => agent.destroy(),
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function answerTo({ port, method, path, headers, body }: Call, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const wanted = { host: '127.0.0.1', port, method, path, headers: { ...headers, ...length }, agent };
    const asked = request({ ...wanted, timeout: TIMEOUT_MS }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        if (text.length < MAX_QUOTED) text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('timeout', () => asked.destroy(new Error(`${path} was not answered`)));
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Does `work` for 0 to `count` - 1, so many at once. */
export async function inFlight(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const channelQueue = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, channelQueue));
}
