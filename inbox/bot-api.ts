/** The bot's side of the Talk wire contract (docs/talk-wire.md): who calls is proven first, then read, then done. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { refuseCall } from '../src/base/net/problem.js';
import { parseJson } from '../src/base/text/json.js';
import type { CallHandler, CallRefusal } from '../src/contract/inbound.js';
import type { Random } from '../src/base/crypto/random.js';
import type { Clock } from '../src/base/time/clock.js';
import { isSameSecret } from '../src/base/crypto/digest.js';
import type { Secret } from '../src/base/crypto/secret.js';
import { verify } from '../src/base/crypto/standard-webhooks.js';
import type { Message } from './message.js';
import type { Store } from './store.js';

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

export interface BotApiDeps {
  readonly store: Store;
  readonly botToken: Secret;
  readonly signingKeys: readonly Secret[];
  isUser(handle: string): boolean;
  /** A message is new, or its card is. */
  onDrawn(message: Message): void;
  /** Stands before every call. `isKnown`: it carries the bot's bearer. */
  arrive(request: Request, response: Response, isKnown: boolean): CallHandler;
  readonly clock: Clock;
  readonly random: Random;
}

export function botApi(deps: BotApiDeps): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(authenticate(deps));
  router.get('/v1/me', (_request, response) => {
    response.json({ bot: 'koder-gate' });
  });
  router.post('/v1/messages', (request, response) => {
    post(deps, request, response);
  });
  router.put('/v1/messages/:id', (request, response) => {
    put(deps, request, response);
  });
  router.use((_request, response) => {
    refuseCall(response, 404, 'unknown_call');
  });
  return router;
}

/**
 * Proves that the bot sent these very bytes, now: its bearer, before a byte of the body is read, then its signature and its time.
 * Nothing is parsed before.
 */
function authenticate(deps: BotApiDeps): RequestHandler {
  return async (request, response, next) => {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const isBot = bearer !== undefined && isSameSecret(bearer, deps.botToken.reveal());
    const handler = deps.arrive(request, response, isBot);
    const turned = handler.turnedAway() ?? (isBot ? null : handler.refuse(UNAUTHORIZED));
    if (turned !== null) return turnAway(response, turned);
    const read = await handler.read();
    if (read.kind === 'refused') return turnAway(response, read);
    const { headers } = request;
    const checked = verify(deps.signingKeys, { headers, body: read.bytes, nowMs: deps.clock.nowMs() });
    if (checked.kind === 'genuine') {
      request.body = read.bytes;
      return next();
    }
    const isLate = checked.reason === 'outside_window';
    turnAway(response, handler.refuse(isLate ? OUTSIDE_WINDOW : UNAUTHORIZED, read.bytes));
  };
}

const UNAUTHORIZED: CallRefusal = { kind: 'refused', status: 401, reason: 'unauthorized' };
const OUTSIDE_WINDOW: CallRefusal = { kind: 'refused', status: 408, reason: 'outside_window' };

/** In the words of the contract. */
function turnAway(response: Response, { status, reason, retryAfterSeconds }: CallRefusal): void {
  if (retryAfterSeconds !== undefined) response.set('retry-after', String(retryAfterSeconds));
  refuseCall(response, status, status === 415 ? 'malformed' : reason);
}

function post(deps: BotApiDeps, request: Request, response: Response): void {
  const read = parse(postShape, request, response);
  if (read === null) return;
  const { value, card } = read;
  if (!deps.isUser(value.to)) return refuseCall(response, 404, 'unknown_user');
  const outcome = deps.store.post({
    id: `m${deps.random.hex(ID_BYTES)}`,
    key: value.key,
    handle: value.to,
    revision: value.revision,
    text: value.text,
    card,
    sentAtMs: deps.clock.nowMs(),
  });
  if (outcome.kind === 'key_taken') return refuseCall(response, 422, 'key_taken');
  if (outcome.kind !== 'known') deps.onDrawn(outcome.message);
  answer(response, outcome.kind === 'posted' ? 201 : 200, outcome.message);
}

function put(deps: BotApiDeps, request: Request, response: Response): void {
  const read = parse(putShape, request, response);
  if (read === null) return;
  const { value, card } = read;
  // The signature covers the body alone: the id in it keeps a body from being played to another message.
  if (value.id !== request.params['id']) return refuseCall(response, 422, 'invalid');
  const outcome = deps.store.put({ id: value.id, revision: value.revision, text: value.text, card });
  if (outcome.kind === 'unknown') return refuseCall(response, 404, 'unknown_message');
  if (outcome.kind === 'stale') return refuseCall(response, 409, 'stale_revision');
  if (outcome.kind === 'redrawn') deps.onDrawn(outcome.message);
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
    refuseCall(response, 400, 'malformed');
    return null;
  }
  const read = shape.safeParse(json);
  if (!read.success) {
    refuseCall(response, 422, 'invalid');
    return null;
  }
  const card = JSON.stringify(read.data.card);
  if (Buffer.byteLength(card) <= MAX_CARD_BYTES) return { value: read.data, card };
  refuseCall(response, 413, 'too_large');
  return null;
}

function bytes(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function answer(response: Response, status: number, message: Message): void {
  response.status(status).json({ id: message.id, revision: message.revision });
}
