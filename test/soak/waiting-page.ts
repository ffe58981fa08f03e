/** The page of a visitor who waits: its status stream, listened to until it says how the request ended. */
import { request } from 'node:http';

export interface WaitingPage {
  readonly address: string;
  /** What it was told; null while it waits. */
  outcome(): string | null;
  /** Whether its stream ended without a word, which no stream may do while the gate runs. */
  wasCutOff(): boolean;
  close(): void;
}

export interface PageWish {
  readonly port: number;
  readonly host: string;
  readonly address: string;
  /** The page as it was answered: it names its stream. */
  readonly page: string;
}

const STREAM = /data-stream="([^"]+)"/;
const OUTCOME = /event: outcome\ndata: (\w+)\n/;

export function openPage({ port, host, address, page }: PageWish): WaitingPage {
  const path = STREAM.exec(page)?.[1] ?? '';
  const headers = { 'x-forwarded-for': address, 'x-forwarded-host': host, 'x-forwarded-proto': 'https' };
  let outcome: string | null = null;
  let isClosed = false;
  let isCutOff = path === '';
  const over = (): void => void (isCutOff ||= outcome === null && !isClosed);
  const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text = (text + chunk).slice(-100);
      outcome = OUTCOME.exec(text)?.[1] ?? outcome;
    });
    response.on('error', over);
    response.on('end', over);
  });
  asked.on('error', over);
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
