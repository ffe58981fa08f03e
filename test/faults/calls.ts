/** One HTTP call, on a connection of its own where nothing else is said, with a deadline: a process that is stopped or dead answers nothing, and that is a value. */
import { request, type Agent } from 'node:http';

export interface Input {
  readonly port: number;
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly withinMs?: number;
  /** Who keeps connections for it. */
  readonly agent?: Agent;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** What a call may take, unless its input says otherwise. */
export const WITHIN_MS = 5_000;

/** Null: no whole answer came. What was asked for may have happened all the same. */
export function call({
  port,
  path,
  method = 'GET',
  headers = {},
  body,
  withinMs,
  agent,
}: Input): Promise<Answered | null> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(withinMs ?? WITHIN_MS);
    const nothing = (): void => resolve(null);
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers, agent: agent ?? false, signal },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', nothing);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve(response.complete ? { status: response.statusCode ?? 0, text } : null);
        });
      },
    );
    asked.on('error', nothing);
    asked.end(body);
  });
}
