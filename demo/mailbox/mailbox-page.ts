/** `/mailbox`: a list of mails, one mail with its parts, and a stream that says when to look again. Reads only. */
import express, { type Express, type Request, type Response } from 'express';
import type { Clock } from '../../src/base/time/clock.js';
import { localTimes, SCRIPT, STYLES } from './mailbox-assets.js';
import { listPage, mailPage, missingPage, partOf } from './mailbox-html.js';
import type { MailStore } from './mail-store.js';

const HEARTBEAT_MS = 20_000;
const MAX_STREAMS = 32;

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A mail runs no script, fetches nothing, has no origin; its links open elsewhere. Our own page alone may frame it. */
const IN_A_FRAME = {
  'X-Frame-Options': 'SAMEORIGIN',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
};

export interface MailboxPage {
  readonly app: Express;
  /** Ends the open streams. */
  close(): void;
}

export function mailboxPage({ store, clock }: { store: MailStore; clock: Clock }): MailboxPage {
  const streams = new Set<Response>();
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': PAGE_POLICY,
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Robots-Tag': 'noindex, nofollow',
    });
    next();
  });
  app.get('/', (request, response) => {
    response.type('html').send(listPage(store.all(), request.baseUrl));
  });
  app.get('/mailbox.css', (_request, response) => {
    response.type('css').send(STYLES);
  });
  app.get('/mailbox.js', (_request, response) => {
    response.type('js').send(SCRIPT);
  });
  const times = localTimes();
  app.get('/local-times.js', (_request, response) => {
    response.type('js').send(times);
  });
  app.get('/events', (request, response) => {
    follow({ store, clock, streams, seen: request.query['seen'] }, response);
  });
  app.get('/:id', (request, response) => {
    const stored = store.find(request.params.id);
    if (stored === undefined) missing(request, response);
    else response.type('html').send(mailPage(stored, request.baseUrl));
  });
  app.get('/:id/html', (request, response) => {
    const stored = store.find(request.params.id);
    if (stored === undefined) missing(request, response);
    else response.set(IN_A_FRAME).type('html').send(partOf(stored));
  });
  app.get('/:id/raw', (request, response) => {
    const stored = store.find(request.params.id);
    if (stored === undefined) missing(request, response);
    else response.type('text/plain').send(stored.raw);
  });
  return {
    app,
    close() {
      for (const stream of streams) stream.end();
    },
  };
}

function missing(request: Pick<Request, 'baseUrl'>, response: Response): void {
  response.status(404).type('html').send(missingPage(request.baseUrl));
}

interface Following {
  readonly store: MailStore;
  readonly clock: Clock;
  readonly streams: Set<Response>;
  /** The newest mail that the reader's list shows: what came since is told at once. */
  readonly seen: unknown;
}

/** One event a new mail; a comment now and then keeps the connection. */
function follow({ store, clock, streams, seen }: Following, response: Response): void {
  if (streams.size >= MAX_STREAMS) {
    response.status(503).set('Retry-After', '30').end();
    return;
  }
  streams.add(response);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  response.write('retry: 2000\n\n');
  if (seen !== undefined && seen !== (store.all()[0]?.id ?? '')) response.write('data: mail\n\n');
  const unwatch = store.watch(() => response.write('data: mail\n\n'));
  let cancel = (): void => undefined;
  const beat = (): void => {
    response.write(': still here\n\n');
    cancel = clock.after(HEARTBEAT_MS, beat);
  };
  cancel = clock.after(HEARTBEAT_MS, beat);
  response.on('close', () => {
    cancel();
    unwatch();
    streams.delete(response);
  });
}
