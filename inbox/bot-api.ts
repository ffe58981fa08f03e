/** The bot's side of the Talk wire contract (docs/talk-wire.md): who calls is proven first, then read, then done. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { parseJson } from '../src/base/json.js';
import type { Chance } from '../src/base/chance.js';
import type { Clock } from '../src/base/clock.js';
import { isSameSecret } from '../src/base/digest.js';
import type { Secret } from '../src/base/secret.js';
import { verify } from '../src/base/standard-webhooks.js';
import type { Message } from './message.js';
import type { Store } from './store.js';

const MAX_BODY_BYTES = 262_144;
const MAX_CARD_BYTES = 65_536;
const MAX_TEXT_CHARACTERS = 4_000;
const ID_BYTES = 16;

const drawing = {
  revision: z.int().min(0),
  text: z.string().min(1).max(MAX_TEXT_CHARACTERS),
  card: z.looseObject({ type: z.literal('AdaptiveCard') }),
};
const postShape = z.strictObject({
  key: z.string().regex(/^[\w-]{1,128}$/),
  to: z.string().min(1).max(320),
  ...drawing,
});
const putShape = z.strictObject({ id: z.string().min(1).max(64), ...drawing });

export interface BotApiParts {
  readonly store: Store;
  readonly botToken: Secret;
  readonly signingKeys: readonly Secret[];
  isUser(handle: string): boolean;
  /** A message is new, or its card is. */
  onDrawn(message: Message): void;
  readonly clock: Clock;
  readonly chance: Chance;
}

export function botApi(parts: BotApiParts): Router {
  const raw = express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false });
  const router = express.Router();
  router.use(readBody(raw), authenticate(parts));
  router.get('/v1/me', (_request, response) => {
    response.json({ bot: 'koder-gate' });
  });
  router.post('/v1/messages', (request, response) => {
    post(parts, request, response);
  });
  router.put('/v1/messages/:id', (request, response) => {
    put(parts, request, response);
  });
  router.use((_request, response) => {
    refuse(response, 404, 'unknown_call');
  });
  return router;
}

/** Proves that the bot sent these very bytes, now: its bearer, its signature, its time. Nothing is parsed before. */
function authenticate(parts: BotApiParts): RequestHandler {
  return (request, response, next) => {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const isBot = bearer !== undefined && isSameSecret(bearer, parts.botToken.reveal());
    const { headers } = request;
    const checked = verify(parts.signingKeys, { headers, body: bytes(request), nowMs: parts.clock.nowMs() });
    if (isBot && checked.kind === 'genuine') next();
    else if (isBot && checked.kind === 'refused' && checked.reason === 'outside_window')
      refuse(response, 408, 'outside_window');
    else refuse(response, 401, 'unauthorized');
  };
}

function post(parts: BotApiParts, request: Request, response: Response): void {
  const read = parse(postShape, request, response);
  if (read === null) return;
  const { value, card } = read;
  if (!parts.isUser(value.to)) return refuse(response, 404, 'unknown_user');
  const outcome = parts.store.post({
    id: `m${parts.chance.hex(ID_BYTES)}`,
    key: value.key,
    handle: value.to,
    revision: value.revision,
    text: value.text,
    card,
    sentAtMs: parts.clock.nowMs(),
  });
  if (outcome.kind === 'key_taken') return refuse(response, 422, 'key_taken');
  if (outcome.kind !== 'known') parts.onDrawn(outcome.message);
  answer(response, outcome.kind === 'posted' ? 201 : 200, outcome.message);
}

function put(parts: BotApiParts, request: Request, response: Response): void {
  const read = parse(putShape, request, response);
  if (read === null) return;
  const { value, card } = read;
  // The signature covers the body alone: the id in it keeps a body from being played to another message.
  if (value.id !== request.params['id']) return refuse(response, 422, 'invalid');
  const outcome = parts.store.put({ id: value.id, revision: value.revision, text: value.text, card });
  if (outcome.kind === 'unknown') return refuse(response, 404, 'unknown_message');
  if (outcome.kind === 'stale') return refuse(response, 409, 'stale_revision');
  if (outcome.kind === 'redrawn') parts.onDrawn(outcome.message);
  answer(response, 200, outcome.message);
}

/** Null when the answer has been given. */
function parse<Shape extends z.ZodType<{ card: unknown }>>(
  shape: Shape,
  request: Request,
  response: Response,
): { readonly value: z.infer<Shape>; readonly card: string } | null {
  const json = parseJson(bytes(request));
  if (json === undefined) {
    refuse(response, 400, 'malformed');
    return null;
  }
  const read = shape.safeParse(json);
  if (!read.success) {
    refuse(response, 422, 'invalid');
    return null;
  }
  const card = JSON.stringify(read.data.card);
  if (Buffer.byteLength(card) <= MAX_CARD_BYTES) return { value: read.data, card };
  refuse(response, 413, 'too_large');
  return null;
}

function bytes(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Reads the body, counted whatever its length claims. */
function readBody(raw: RequestHandler): RequestHandler {
  return (request, response, next) => {
    void raw(request, response, (error?: unknown) => {
      const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
      if (status === 413) refuse(response, 413, 'too_large');
      else if (status === 415 || status === 400) refuse(response, status, 'malformed');
      else next(error);
    });
  };
}

function answer(response: Response, status: number, message: Message): void {
  response.status(status).json({ id: message.id, revision: message.revision });
}

function refuse(response: Response, status: number, code: string): void {
  response.status(status).json({ error: { code, message: code.replaceAll('_', ' ') } });
}
