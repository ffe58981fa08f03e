/**
 * The page of a visitor who waits: listens to its status stream until it says how the request ended, and where the gate has
 * no stream for it at the moment, asks for the status instead, as the page's own script does.
 */
import { request, type IncomingMessage } from 'node:http';
import { call } from '../faults/calls.js';

export interface WaitingPage {
  readonly address: string;
  /** What it was told; null while it waits. */
  outcome(): string | null;
  /** Whether a stream that had begun ended without a word, which none may do while the gate runs. */
  wasCutOff(): boolean;
  close(): void;
}

export interface PageInput {
  readonly port: number;
  readonly host: string;
  readonly address: string;
  /** The page as it was answered: it names its stream. */
  readonly page: string;
}

const STREAM = /data-stream="([^"]+)"/;
const STATUS = /data-status="([^"]+)"/;
const OUTCOME = /event: outcome\ndata: (\w+)\n/;
const ASK_AGAIN_MS = 5_000;

export function openPage({ port, host, address, page }: PageInput): WaitingPage {
  const headers = { host, 'x-forwarded-for': address };
  const pathOf = (named: RegExp): string => `/site/${host}${named.exec(page)?.[1] ?? ''}`;
  let outcome: string | null = null;
  let isClosed = false;
  let isCutOff = false;

  function listen(response: IncomingMessage): void {
    if (response.statusCode !== 200) {
      response.resume();
      return void ask();
    }
    let text = '';
    const over = (): void => void (isCutOff ||= outcome === null && !isClosed);
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text = (text + chunk).slice(-100);
      outcome = OUTCOME.exec(text)?.[1] ?? outcome;
    });
    response.on('error', over);
    response.on('end', over);
  }

  async function ask(): Promise<void> {
    while (outcome === null && !isClosed) {
      await new Promise((resume) => setTimeout(resume, ASK_AGAIN_MS).unref());
      const answer = await call({ port, path: pathOf(STATUS), headers });
      const told = answer?.status === 200 ? (JSON.parse(answer.text) as { readonly status: string }).status : 'pending';
      if (told !== 'pending') outcome = told;
    }
  }

  const asked = request({ host: '127.0.0.1', port, path: pathOf(STREAM), headers, agent: false }, listen);
  asked.on('error', () => void (isClosed ? undefined : ask()));
  asked.end();
  return {
    address,
    outcome: () => outcome,
    wasCutOff: () => isCutOff,
    close() {
      isClosed = true;
      asked.destroy();
    },
  };
}
