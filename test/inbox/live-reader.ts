/** Reads a live stream over real HTTP: every wait is for an event, with a deadline. */
import { get, type IncomingMessage } from 'node:http';

export interface LiveReader {
  readonly status: number;
  /** Resolves with the next message event that was not taken yet. */
  next(): Promise<Readonly<Record<string, unknown>>>;
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  close(): void;
}

const DEADLINE_MS = 5_000;

export function openStream(url: string, headers: Record<string, string>): Promise<LiveReader> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (response) =>
      resolve(readerOf(response, () => request.destroy())),
    );
    request.once('error', reject);
  });
}

function readerOf(response: IncomingMessage, close: () => void): LiveReader {
  const events: Record<string, unknown>[] = [];
  const waiting: ((event: Record<string, unknown>) => void)[] = [];
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (data === undefined) continue;
      const event = JSON.parse(data) as Record<string, unknown>;
      const waiter = waiting.shift();
      if (waiter === undefined) events.push(event);
      else waiter(event);
    }
  });
  return {
    status: response.statusCode ?? 0,
    ended: new Promise((resolve) => {
      response.once('close', resolve);
    }),
    next() {
      const known = events.shift();
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(reject, DEADLINE_MS, new Error('no event came'));
        waiting.push((event) => {
          clearTimeout(timer);
          resolve(event);
        });
      });
    },
    close,
  };
}
