/**
 * The embedded Talk: a small Talk server behind the Talk wire contract (docs/talk-wire.md), and its web inbox. It knows
 * that contract and nothing of the gate, so another Talk server can take its place. Only one process may run it: its streams
 * are fed from memory.
 */
import express from 'express';
import type { Request, Response } from 'express';
import type { Random } from '../src/base/crypto/random.js';
import type { Clock } from '../src/base/time/clock.js';
import type { Log } from '../src/base/process/log.js';
import type { Secret } from '../src/base/crypto/secret.js';
import type { EmbeddedServer } from '../src/contract/embedded-server.js';
import type { CallHandler } from '../src/contract/inbound.js';
import { assets } from './assets.js';
import { botApi } from './bot-api.js';
import { botCaller } from './bot-caller.js';
import { liveStreams } from './live-streams.js';
import { openStore } from './store.js';
import { sweepMessages } from './sweep.js';
import { webRoutes, type Who } from './web-routes.js';

export interface InboxDeps {
  /** Where the messages are kept; made when it is not there. */
  readonly file: string;
  /** What the bot sends as its bearer, as text. */
  readonly botToken: Secret;
  /** The first signs, all verify. */
  readonly signingKeys: readonly Secret[];
  /** Where taps and lines are told. */
  readonly callbackUrl: string;
  /** The signed-in reader of a request, or null. */
  whoIs(request: Request): Promise<Who | null>;
  /** Stands before every call of the API. `isKnown`: it carries the bot's bearer. */
  arrive(request: Request, response: Response, isKnown: boolean): CallHandler;
  /** Remembers where to send somebody who is not signed in, once they are. Absent: only the page's own link leads back. */
  keepWayBack?(response: Response, path: string): void;
  /** Whether somebody has this handle. Absent: everybody whose handle is well-formed. */
  isUser?(handle: string): boolean;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const PATH = '/talk';
const HANDLE = /^[A-Za-z0-9._+-]{1,64}(@[A-Za-z0-9.-]{1,253})?$/;

export function createInbox(deps: InboxDeps): EmbeddedServer {
  const { clock, random, log, botToken, signingKeys, publicUrl } = deps;
  const store = openStore(deps.file);
  const streams = liveStreams(clock);
  const bot = botCaller({ callbackUrl: deps.callbackUrl, signingKeys, clock, random });
  const isUser = (handle: string): boolean => HANDLE.test(handle) && (deps.isUser?.(handle) ?? true);
  const app = express();
  app.disable('x-powered-by');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use('/assets', assets());
  app.use((_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  app.use(
    '/api',
    botApi({
      store,
      botToken,
      signingKeys,
      isUser,
      arrive: (request, response, isKnown) => deps.arrive(request, response, isKnown),
      onDrawn: (message) => streams.tell(message),
      clock,
      random,
    }),
  );
  const keepWayBack = (response: Response, path: string): void => deps.keepWayBack?.(response, path);
  app.use(webRoutes({ store, streams, bot, whoIs: (request) => deps.whoIs(request), keepWayBack, publicUrl, log }));
  return {
    mount: { path: PATH, app },
    sweep: (input) => sweepMessages(input, { store, clock }),
    close() {
      streams.close();
      bot.close();
      store.close();
    },
  };
}
