/**
 * Status streams: tell the browser that waits the outcome of its request, as server-sent events (HTML standard, section 9.2).
 * A stream sends `outcome` once and ends. Before that it sends `news` where the waiting page must be redrawn, because nobody
 * could be reached, or somebody was after all. Heartbeats keep proxies from closing it, spread so that they do not all come at
 * once; with each the request is looked up again, because a hint can be lost.
 */
import type { ServerResponse } from 'node:http';
import type { StatusId } from '../../approval/brand.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import type { Change, Ledger } from '../../contract/ledger.js';
import { QUIET_HEADERS } from './page-answer.js';
import type { Showing } from './reception.js';

export interface Streams {
  /** False at the limit: the page then polls the status. */
  open(response: ServerResponse, watch: Watch): boolean;
  readonly count: number;
  stop(): void;
}

interface Watch {
  readonly statusId: StatusId;
  readonly address: string;
  /** Looks the request up, bound to the host and the address. */
  readonly look: () => Promise<Showing>;
}

export interface StreamDeps {
  readonly ledger: Pick<Ledger, 'subscribe'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly maxStreams?: number | undefined;
}

/** Enough for the tabs of a household, too few to exhaust the gate from one address. */
export const MAX_STREAMS_AN_ADDRESS = 8;
/** Of all visitors, where the process may open files enough for them. */
export const MAX_STREAMS = 2_000;
/** Below the 60 s after which nginx and others close a silent answer. Multiplied by a random factor from 0.5 to 1. */
export const HEARTBEAT_MS = 25_000;
/** How soon a browser comes back when the stream breaks. */
const RECONNECT_MS = 2_000;

interface Stream extends Watch {
  readonly response: ServerResponse;
  /** What the page says as far as this stream knows. */
  isUnreached: boolean;
  cancelBeat: () => void;
}

export function streams({ ledger, clock, random, maxStreams = MAX_STREAMS }: StreamDeps): Streams {
  const open = new Set<Stream>();
  const byAddress = new Map<string, number>();

  const forget = (stream: Stream): void => {
    if (!open.delete(stream)) return;
    stream.cancelBeat();
    const left = (byAddress.get(stream.address) ?? 1) - 1;
    if (left === 0) byAddress.delete(stream.address);
    else byAddress.set(stream.address, left);
  };
  const look = async (stream: Stream): Promise<void> => {
    const showing = await stream.look();
    const status = statusOf(showing);
    if (status === null || !open.has(stream)) return;
    if (status === 'pending') return tellNews(stream, showing);
    stream.response.end(`event: outcome\ndata: ${status}\n\n`);
    forget(stream);
  };
  const beat = (stream: Stream): void => {
    stream.cancelBeat = clock.after(HEARTBEAT_MS * (0.5 + random.fraction() / 2), () => {
      stream.response.write(': here\n\n');
      beat(stream);
      void look(stream);
    });
  };
  ledger.subscribe((change: Change) => {
    for (const stream of open) if (concerns(change, stream)) void look(stream);
  });

  return {
    open(response, watch) {
      const held = byAddress.get(watch.address) ?? 0;
      if (held >= MAX_STREAMS_AN_ADDRESS || open.size >= maxStreams) return false;
      const stream: Stream = { ...watch, response, isUnreached: false, cancelBeat: () => undefined };
      open.add(stream);
      byAddress.set(watch.address, held + 1);
      response.on('close', () => forget(stream));
      response.writeHead(200, { ...QUIET_HEADERS, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      response.write(`retry: ${String(RECONNECT_MS)}\n\n`);
      beat(stream);
      void look(stream); // it may have been decided between the page and now
      return true;
    },
    get count() {
      return open.size;
    },
    stop() {
      for (const stream of open) {
        stream.response.end();
        forget(stream);
      }
    },
  };
}

function tellNews(stream: Stream, showing: Showing): void {
  const isUnreached = 'request' in showing && showing.request.isNobodyReached === true;
  if (isUnreached === stream.isUnreached) return;
  stream.isUnreached = isUnreached;
  stream.response.write(`event: news\ndata: ${isUnreached ? 'unreached' : 'reached'}\n\n`);
}

/** The outcome or `pending`; null when nothing can be said of it now. `ended` was approved, and its grant is over. */
export function statusOf(showing: Showing): string | null {
  if (!('request' in showing)) return null;
  return showing.kind === 'open' ? 'approved' : showing.kind;
}

function concerns(change: Change, stream: Stream): boolean {
  if (change.kind === 'regained') return true;
  return change.kind === 'request' && change.statusId === stream.statusId;
}
