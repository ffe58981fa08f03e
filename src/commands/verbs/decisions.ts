/** `approve` and `deny`: the same decisions as by a card's buttons, typed. */
import { denialSentence, tapSentence } from '../../approval/sentences.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { TapAnswer } from '../../approval/tap-answer.js';
import type { DecisionInput } from '../../contract/desk.js';
import { FOR, REQUEST } from '../parameters.js';
import { passingData, requestData } from '../request-data.js';
import { unknownRequest } from './requests.js';
import type { VerbCall } from '../deps.js';
import { defineVerb } from '../verb.js';

export const approveVerb = defineVerb({
  name: 'approve',
  summary: 'let the visitor in, for as long as the site allows or shorter',
  parameters: { id: REQUEST, for: FOR },
  examples: [{ id: '4k2m', for: '8h' }, { id: '4k2m' }],
  run: ({ id: prefix, for: ttlSeconds }, given) =>
    tap(given, { prefix, verdict: 'approve', ...(ttlSeconds === undefined ? {} : { ttlSeconds }) }),
});

export const denyVerb = defineVerb({
  name: 'deny',
  summary: 'refuse the visitor, for a reason that approvers read (because) or the visitor, too (telling)',
  parameters: {
    id: REQUEST,
    because: { kind: 'text', isRequired: false, isNamed: true, help: 'why, for approvers alone' },
    telling: {
      kind: 'text',
      isRequired: false,
      isNamed: true,
      insteadOf: 'because',
      help: 'why, for the visitor to read, too',
    },
  },
  examples: [
    { id: '4k2m', because: 'nobody of ours is there' },
    { id: '4k2m', telling: 'ask for access by mail first' },
    { id: '4k2m' },
  ],
  run({ id: prefix, because, telling }, given) {
    const reason = because ?? telling;
    const denial = reason === undefined ? {} : { denial: { reason, isShared: because === undefined } };
    return tap(given, { prefix, verdict: 'deny', ...denial });
  },
});

async function tap(
  { desk, acting }: VerbCall,
  input: Omit<DecisionInput, 'ref'> & { readonly prefix: string },
): Promise<CommandAnswer> {
  const { prefix, ...verdict } = input;
  const answer = await desk.decide({
    ...verdict,
    ...acting,
    ref: { by: 'prefix', prefix },
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
        ...('passing' in answer ? passingData(answer) : {}),
        ...(answer.kind === 'decided' && answer.shortened !== undefined ? { shortened: answer.shortened } : {}),
      };
    }
    case 'ambiguous':
      return { error: answer.kind, ids: answer.ids };
    case 'forbidden':
      return {
        error: answer.kind,
        why: answer.why,
        ...(answer.openAt === undefined ? {} : { openAt: answer.openAt }),
      };
    case 'unproven':
      return { error: answer.kind, needs: answer.needs };
    case 'unknown':
    case 'unavailable':
      return { error: answer.kind };
  }
}
