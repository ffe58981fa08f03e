/** One HTTP call of a bench over a kept connection. What it is answered is checked: a refused request measures nothing. */
import { Agent, request } from 'node:http';

export interface Call {
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that means that it was taken. */
  readonly expected: number;
}

const MAX_CONNECTIONS = 64;
const TIMEOUT_MS = 60_000;
const MAX_QUOTED = 200;

export interface Caller {
  /** Rejects when the answer is another one. */
  call(call: Call): Promise<void>;
  close(): void;
}

export function createCaller(): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  return { call: (wish) => call(wish, agent), close: () => agent.destroy() };
}

function call({ port, method, path, headers, body, expected }: Call, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const wanted = { host: '127.0.0.1', port, method, path, headers: { ...headers, ...length }, agent };
    const asked = request({ ...wanted, timeout: TIMEOUT_MS }, (response) => {
      let answer = '';
      response.on('data', (chunk: Buffer) => {
        if (answer.length < MAX_QUOTED) answer += chunk.toString();
      });
      response.on('end', () => {
        if (response.statusCode === expected) resolve();
        else reject(new Error(`${path} was answered ${String(response.statusCode)}: ${answer.slice(0, MAX_QUOTED)}`));
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`${path} was not answered`)));
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Does `work` for 0 to `count` - 1, so many at once. */
export async function inFlight(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}
