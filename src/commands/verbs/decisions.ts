/** `approve` and `deny`: the same decisions as by a card's buttons, typed. */
import { denialSentence, tapSentence } from '../../approval/sentences.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { Tap, TapAnswer } from '../../contract/desk.js';
import { badDuration } from '../answers.js';
import { optionalDuration } from '../optional-duration.js';
import { reasonIn } from '../reason.js';
import { requestData } from '../request-data.js';
import { unknownRequest } from './requests.js';
import type { Verb, VerbCall } from '../verb.js';

export const approveVerb = {
  name: 'approve',
  usage: 'approve <id> [for 8h]',
  summary: 'Lets the visitor in, for as long as the site allows or shorter.',
  example: 'approve 4k2m for 8h',
  async run(given) {
    const timed = optionalDuration(given.words);
    if (timed.kind === 'bad') return badDuration(timed.text);
    const [prefix, ...rest] = timed.words;
    if (prefix === undefined || rest.length > 0) return null;
    const { ttlSeconds } = timed;
    return tap(given, { prefix, verdict: 'approve', ...(ttlSeconds === null ? {} : { ttlSeconds }) });
  },
} as const satisfies Verb;

export const denyVerb = {
  name: 'deny',
  usage: 'deny <id> [because …|telling …]',
  summary: 'Refuses the visitor, for a reason that approvers read (because) or the visitor, too (telling).',
  example: 'deny 4k2m because nobody of ours is there',
  async run(given) {
    const [prefix, ...rest] = given.words;
    const reason = reasonIn(given.call.line);
    if (prefix === undefined || reason.kind === 'missing') return null;
    if (reason.kind === 'given') return tap(given, { prefix, verdict: 'deny', denial: reason.denial });
    return rest.length > 0 ? null : tap(given, { prefix, verdict: 'deny' });
  },
} as const satisfies Verb;

async function tap(
  { desk, call }: VerbCall,
  wish: Pick<Tap, 'verdict' | 'ttlSeconds' | 'denial'> & { readonly prefix: string },
): Promise<CommandAnswer> {
  const { prefix, ...verdict } = wish;
  const answer = await desk.decide({
    ...verdict,
    id: call.tapId,
    ref: { by: 'prefix', prefix },
    actor: call.actor,
    surface: call.surface,
  });
  if (answer.kind === 'unknown') return unknownRequest(prefix);
  const isOk = answer.kind === 'decided';
  const reason = 'decision' in answer ? denialSentence(answer.decision) : null;
  const lines = [tapSentence(answer), ...(reason === null ? [] : [reason])];
  return { kind: 'text', isOk, lines, data: tapData(answer) };
}

/** `answer` is the kind; the request as it now is, where there is one. */
function tapData(answer: TapAnswer): unknown {
  switch (answer.kind) {
    case 'decided':
    case 'already':
    case 'expired': {
      const { outcome, by, over } = answer.decision;
      return {
        answer: answer.kind,
        outcome,
        by,
        over,
        request: requestData({ ...answer.request, decision: answer.decision }),
      };
    }
    case 'ambiguous':
      return { error: answer.kind, ids: answer.ids };
    case 'forbidden':
      return { error: answer.kind, why: answer.why };
    case 'unknown':
    case 'unavailable':
      return { error: answer.kind };
  }
}
