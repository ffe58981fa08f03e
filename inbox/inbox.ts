/**
 * The embedded Talk: a small Talk server behind the Talk wire contract (docs/talk-wire.md), and its web inbox. It knows
 * that contract and nothing of the gate, so another Talk server can take its place. Only one process may run it: its streams
 * are fed from memory.
 */
import express from 'express';
import type { Request, Response } from 'express';
import type { Chance } from '../src/base/chance.js';
import type { Clock } from '../src/base/clock.js';
import type { Log } from '../src/base/log.js';
import type { Secret } from '../src/base/secret.js';
import type { Mount } from '../src/contract/channel.js';
import { assets } from './assets.js';
import { botApi } from './bot-api.js';
import { botCaller } from './bot-caller.js';
import { liveStreams } from './live-streams.js';
import { openStore } from './store.js';
import { sweepMessages, type SweepWish, type SweptMessages } from './sweep.js';
import { webRoutes, type Who } from './web-routes.js';

export type { SweptMessages } from './sweep.js';

export interface InboxParts {
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
  /** Remembers where to send somebody who is not signed in, once they are. Absent: only the page's own link leads back. */
  keepWayBack?(response: Response, path: string): void;
  /** Whether somebody has this handle. Absent: everybody whose handle is well-formed. */
  isUser?(handle: string): boolean;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export interface Inbox {
  readonly mount: Mount;
  sweep(wish: SweepWish): Promise<SweptMessages>;
  /** Ends the live streams and closes the file. */
  close(): void;
}

const PATH = '/talk';
const HANDLE = /^[A-Za-z0-9._+-]{1,64}(@[A-Za-z0-9.-]{1,253})?$/;

export function createInbox(parts: InboxParts): Inbox {
  const { clock, chance, log, botToken, signingKeys, publicUrl } = parts;
  const store = openStore(parts.file);
  const streams = liveStreams(clock);
  const bot = botCaller({ callbackUrl: parts.callbackUrl, signingKeys, clock, chance });
  const isUser = (handle: string): boolean => HANDLE.test(handle) && (parts.isUser?.(handle) ?? true);
  const app = express();
  app.disable('x-powered-by');
  app.use('/assets', assets());
  app.use((_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  app.use(
    '/api',
    botApi({ store, botToken, signingKeys, isUser, onDrawn: (message) => streams.tell(message), clock, chance }),
  );
  const keepWayBack = (response: Response, path: string): void => parts.keepWayBack?.(response, path);
  app.use(webRoutes({ store, streams, bot, whoIs: (request) => parts.whoIs(request), keepWayBack, publicUrl, log }));
  return {
    mount: { path: PATH, app },
    sweep: (wish) => sweepMessages(wish, { store, clock }),
    close() {
      streams.close();
      bot.close();
      store.close();
    },
  };
}
