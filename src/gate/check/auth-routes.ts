/** `/auth/*`: what proxies ask, one endpoint for each family of proxies. nginx gets no page here: it fetches that by itself. */
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { Call, Route } from './asked.js';
import type { CheckCounts } from './check-counts.js';
import type { Check, Pass, Verdict } from './check.js';
import { answerPass } from './pass-answer.js';
import type { Passes } from './passes.js';
import type { PassageNotes } from '../passage/passage-notes.js';
import { isSettled } from './verdict.js';
import type { TokenCache } from './tokens/token-cache.js';
import type { Admission } from '../visitor/admission.js';

export interface AuthDeps {
  readonly checking: Check;
  readonly admission: Admission;
  readonly tokens: Pick<TokenCache, 'noteUse'>;
  readonly passes: Pick<Passes, 'passed' | 'refused'>;
  readonly counts: Pick<CheckCounts, 'passed' | 'refused'>;
  readonly passageNotes: PassageNotes;
  readonly log: Log;
}

export function authRoutes(deps: AuthDeps): Route {
  return (request, response, question) => {
    const verdict = deps.checking.look(request, question);
    const call: Call = { request, response, question };
    if (verdict.kind === 'pass') letPass(deps, call, verdict);
    else if (question.way === 'nginx' && isSettled(verdict)) shut(deps, call, verdict);
    else void answerLater(deps, call, verdict);
  };
}

function letPass({ passes, counts, tokens, passageNotes }: AuthDeps, call: Call, pass: Pass): void {
  counts.passed(pass);
  const { without, entry } = pass;
  if (without !== null) passes.passed(entry, without);
  if (without?.kind === 'token') tokens.noteUse(without.token);
  else if (without?.kind === 'passage') passageNotes.note(pass, without);
  answerPass(call.question, call.response, pass);
}

/** nginx fetches the page by itself. */
function shut(deps: AuthDeps, { response }: Call, verdict: Verdict): void {
  noteRefused(deps, verdict);
  response.writeHead(403, CLOSED).end();
}

function noteRefused({ passes, counts }: AuthDeps, verdict: Verdict): void {
  counts.refused(verdict);
  if (verdict.kind === 'closed' && verdict.isWrongToken) passes.refused(verdict.entry);
}

const CLOSED = ['Content-Length', '0'];

async function answerLater(deps: AuthDeps, call: Call, verdict: Verdict): Promise<void> {
  try {
    await answer(deps, call, verdict);
  } catch (error) {
    deps.log.error('the gate failed on a check', { error: safeStack(error) });
    if (!call.response.headersSent) call.response.writeHead(403, CLOSED);
    call.response.end();
  }
}

async function answer(deps: AuthDeps, call: Call, verdict: Verdict): Promise<void> {
  if (call.question.way === 'nginx') {
    const settled = await deps.checking.settle(verdict);
    return settled.kind === 'pass' ? letPass(deps, call, settled) : shut(deps, call, settled);
  }
  // a page comes with a 403: proxies pass on the page of no other refusal
  noteRefused(deps, await deps.admission.answer(call, verdict, (pass) => letPass(deps, call, pass)));
}
