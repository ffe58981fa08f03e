/** What the page's script asks a passkey: for the approval of this request, for so long, in this session. */
import type { Express, Request, Response } from 'express';
import { approvalAct } from '../../../approval/approval-proof.js';
import { refusal, send } from '../../shared/reply.js';
import { actorOf } from '../../shared/signed-in.js';
import { personOf } from '../account/setting-up.js';
import { byId, byToken, readVerdict, type Named } from '../named-request.js';
import { readOwnForm } from '../own-form.js';
import { decidePurpose } from '../pages/decide-form.js';
import type { ProofDeps } from './approving.js';

export function routeProofQuestion(app: Express, deps: ProofDeps): void {
  app.post('/req/:token/proof', (request, response) => ask(deps, byToken(request), { request, response }));
  app.post('/requests/:id/proof', (request, response) => ask(deps, byId(request), { request, response }));
}

async function ask(
  deps: ProofDeps,
  named: Named | null,
  { request, response }: { readonly request: Request; readonly response: Response },
): Promise<void> {
  if (named === null) return send(response, NOT_FOUND);
  const posted = await readOwnForm(deps.identity, request, () => decidePurpose(named.action));
  if (posted.kind !== 'own') return send(response, FOREIGN);
  const { session, form } = posted;
  const said = readVerdict(form.get('verdict'));
  const seen = await deps.desk.show(named.ref, actorOf(session));
  if (said?.verdict !== 'approve' || seen.kind !== 'seen') return send(response, NOT_FOUND);
  const act = approvalAct(seen.value.id, said.ttlSeconds ?? null);
  const question = await deps.identity.approvalProofs.askPasskey(personOf(deps, request, session), act);
  send(response, question === null ? TOO_MANY : { status: 200, body: question });
}

const NOT_FOUND = refusal(404, 'not_found', 'There is no such request for you to approve.');
const FOREIGN = refusal(403, 'foreign_form', 'This was not asked from a page of this gate, or nobody is signed in.');
const TOO_MANY = refusal(429, 'too_many', 'Too many were asked for. Try again in an hour.');
