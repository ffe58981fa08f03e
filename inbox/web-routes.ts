/**
 * The people's side of the embedded Talk. GET, HEAD and OPTIONS change nothing. Every POST needs all of: a session, its
 * CSRF token, our own Origin, and fetch metadata that does not say otherwise; protected hosts are the same *site* as we.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { isSameSecret } from '../src/base/crypto/digest.js';
import type { Log } from '../src/base/process/log.js';
import type { BotCaller, BotEvent } from './bot-caller.js';
import type { LiveStreams } from './live-streams.js';
import { messageView } from './message.js';
import { inboxPage, PAGE_POLICY, signInPage } from './page.js';
import type { Store } from './store.js';

/** The signed-in reader, as the identity room knows it. */
export interface Who {
  /** The reader's handle at Talk. */
  readonly subject: string;
  /** Whether they signed in by two factors. */
  readonly isWithASecond: boolean;
  readonly csrfToken: string;
}

export interface WebDeps {
  readonly store: Store;
  readonly streams: LiveStreams;
  readonly bot: BotCaller;
  whoIs(request: Request): Promise<Who | null>;
  /** Remembers, for a stranger, where to go once signed in. */
  keepWayBack(response: Response, path: string): void;
  readonly publicUrl: string;
  readonly log: Log;
}

const MAX_BODY = '16kb';
const actionShape = z.strictObject({
  message: z.string().min(1).max(64),
  verb: z.string().min(1).max(64),
  data: z.record(z.string(), z.unknown()),
});
const lineShape = z.strictObject({ text: z.string().trim().min(1).max(500) });

export function webRoutes(deps: WebDeps): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const json = express.json({ limit: MAX_BODY, type: 'application/json' });
  router.get('/', page(deps));
  router.get('/messages', messages(deps));
  router.get('/stream', stream(deps));
  router.post('/actions', ownPageOnly(deps), readJson(json), act(deps));
  router.post('/lines', ownPageOnly(deps), readJson(json), write(deps));
  return router;
}

function page(deps: WebDeps): RequestHandler {
  return async (request, response) => {
    const who = await deps.whoIs(request);
    const base = request.baseUrl;
    response.set({
      'content-security-policy': PAGE_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    if (who === null) {
      deps.keepWayBack(response, base);
      response.status(401).send(signInPage({ base }));
    } else {
      response.send(inboxPage({ base, ...who }));
    }
  };
}

function messages(deps: WebDeps): RequestHandler {
  return async (request, response) => {
    const who = await deps.whoIs(request);
    if (who === null) refuse(response, 401, 'Sign in first.');
    else response.json({ messages: deps.store.of(who.subject).map(messageView) });
  };
}

function stream(deps: WebDeps): RequestHandler {
  return async (request, response) => {
    const who = await deps.whoIs(request);
    if (who === null) return refuse(response, 401, 'Sign in first.');
    // A HEAD would hold a place among the streams and never read it.
    if (request.method === 'HEAD') return void response.type('text/event-stream').end();
    const isStillWelcome = async (): Promise<boolean> => (await deps.whoIs(request))?.subject === who.subject;
    if (deps.streams.add(who.subject, response, isStillWelcome)) return;
    response.set('retry-after', '30');
    refuse(response, 429, 'Too many open inboxes.');
  };
}

/** Proves that a person pressed a button of this very page, not of a page on a protected host. */
function ownPageOnly(deps: WebDeps): RequestHandler {
  return async (request, response, next) => {
    const { headers } = request;
    const site = headers['sec-fetch-site'];
    const isOwnPage = headers.origin === deps.publicUrl && (site === undefined || site === 'same-origin');
    if (!isOwnPage) return refuse(response, 403, 'This came from another page.');
    const who = await deps.whoIs(request);
    if (who === null) return refuse(response, 401, 'Sign in first.');
    const presented = headers['x-csrf-token'];
    if (typeof presented !== 'string' || !isSameSecret(presented, who.csrfToken))
      return refuse(response, 403, 'This page is too old. Reload it.');
    response.locals['who'] = who;
    next();
  };
}

function act(deps: WebDeps): RequestHandler {
  return async (request, response) => {
    const read = actionShape.safeParse(request.body);
    if (!read.success) return refuse(response, 400, 'This is no tap.');
    const who = whoActs(response);
    // A card is its reader's alone: nobody acts on a message that is not in his own inbox.
    if (deps.store.find(read.data.message)?.handle !== who.user) return refuse(response, 404, 'No such message.');
    await tell(deps, { type: 'action', ...who, ...read.data }, response);
  };
}

function write(deps: WebDeps): RequestHandler {
  return async (request, response) => {
    const read = lineShape.safeParse(request.body);
    if (!read.success) refuse(response, 400, 'Write one line of at most 500 characters.');
    else await tell(deps, { type: 'text', ...whoActs(response), text: read.data.text }, response);
  };
}

async function tell(deps: WebDeps, event: BotEvent, response: Response): Promise<void> {
  const answer = await deps.bot.tell(event);
  deps.log.debug('the bot was told', { type: event.type, isOk: answer.isOk });
  response.json(answer);
}

/** A body that is no JSON is a bad tap, not a fault of ours. */
function readJson(json: RequestHandler): RequestHandler {
  return (request, response, next) => {
    void json(request, response, (error?: unknown) => {
      if (error === undefined || error === null) next();
      else refuse(response, 400, 'This is not JSON of at most 16 kB.');
    });
  };
}

/** As the bot is told of them. */
function whoActs({ locals }: Response): Pick<BotEvent, 'user' | 'second_factor'> {
  const { subject, isWithASecond } = locals['who'] as Who;
  return { user: subject, second_factor: isWithASecond };
}

function refuse(response: Response, status: number, text: string): void {
  response.status(status).json({ isOk: false, text });
}
