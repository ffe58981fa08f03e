/** Dead letters over the admin plane (src/contract/admin.ts), for operators alone. */
import type { Express, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { OperatorsAct } from '../../../contract/operators-queue.js';
import type { DeadLetters, LetterRefusal } from '../../public/guard/dead-letters.js';
import { refusal, send, type Refusal, type Reply } from '../../shared/reply.js';
import { jsonPost, OPERATOR } from './json-post.js';

const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

const number = z.coerce.number('must be a number').int('must be whole').min(1, 'must be at least 1');
const PAGE = z.object({
  before: number.optional(),
  limit: number.max(MAX_PAGE, `must be at most ${String(MAX_PAGE)}`).default(DEFAULT_PAGE),
});
const ACT = z.strictObject({ operator: OPERATOR });

export function routeDeadLetters(app: Express, letters: DeadLetters, guard: RequestHandler): void {
  app.get('/v1/dead-letters', guard, async (request, response) => {
    const page = PAGE.safeParse(request.query);
    if (!page.success) return send(response, BAD_PAGE);
    const { limit, before = null } = page.data;
    send(response, ok(await letters.list({ limit, before })));
  });
  app.get(
    '/v1/dead-letters/:id',
    guard,
    showing(async (id) => ok((await letters.show(id)) ?? 'unknown')),
  );
  app.post(
    '/v1/dead-letters/:id/body',
    guard,
    acting((id, by) => letters.body(id, by)),
  );
  app.post(
    '/v1/dead-letters/:id/redrive',
    guard,
    acting((id, by) => letters.redrive(id, by)),
  );
}

function showing(answer: (id: number) => Promise<Reply>) {
  return async (request: Request, response: Response): Promise<void> => {
    const id = letterIdOf(request);
    send(response, id === null ? LETTER_REFUSALS.unknown : await answer(id));
  };
}

function acting(act: (id: number, by: OperatorsAct) => Promise<object | LetterRefusal>): RequestHandler {
  return jsonPost(ACT, async ({ operator }, request) => {
    const id = letterIdOf(request);
    return id === null ? LETTER_REFUSALS.unknown : ok(await act(id, { who: `operator:${operator}`, surface: 'cli' }));
  });
}

export function letterIdOf(request: Request): number | null {
  const text = request.params['id'];
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

function ok(answer: object | LetterRefusal): Reply {
  return typeof answer === 'string' ? LETTER_REFUSALS[answer] : { status: 200, body: answer };
}

const BAD_PAGE = refusal(
  400,
  'bad_page',
  `before and limit are whole numbers from 1, limit at most ${String(MAX_PAGE)}.`,
);

/** Why not, for the API and the page alike. */
export const LETTER_REFUSALS: Readonly<Record<LetterRefusal, Refusal>> = {
  unknown: refusal(404, 'unknown_letter', 'There is no such dead letter.'),
  unsigned: refusal(
    409,
    'unsigned',
    'This call did not prove who made it: its body is not kept, and it is not carried out.',
  ),
  sealed: refusal(
    409,
    'sealed',
    'No key of GATE_SECRET opens this letter: put the former key back, beside the new one.',
  ),
  no_receiver: refusal(409, 'no_receiver', 'The channel it came over is not configured any more.'),
};
