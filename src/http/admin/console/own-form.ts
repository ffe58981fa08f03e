/** A form of the console's own, sent by the operator whose page it was on: the one way by which a session changes anything on this plane. */
import type { Request } from 'express';
import type { OperatorsAct } from '../../../contract/operators-queue.js';
import type { SignedInThere } from '../../../identity/handoff/signed-in-there.js';
import { sameOrigin } from '../../../identity/sessions/same-origin.js';
import { readForm, type Form } from '../../shared/form.js';
import { callerOf } from '../access/guard.js';

/** Null: by the bearer, or no operator. */
export function operatorOf(request: Request): SignedInThere | null {
  const { kind, session } = callerOf(request);
  return kind === 'operator' ? session : null;
}

/**
 * Null where it is no form of this page and of this session, or of somebody who is no operator. `purpose`: what the token in its field
 * `csrf` was made for, so that a form for one thing does no other.
 */
export async function operatorsForm(
  adminUrl: string,
  request: Request,
  purpose: (form: Form) => string,
): Promise<{ readonly form: Form; readonly session: SignedInThere } | null> {
  const session = operatorOf(request);
  const form = sameOrigin(adminUrl, request.headers) ? await readForm(request) : null;
  if (session === null || form === null || !session.isCsrfToken(purpose(form), form.get('csrf'))) return null;
  return { form, session };
}

/** As the audit names whoever acts by the console: the same for every act, and as the desk does. */
export function actOf({ account }: Pick<SignedInThere, 'account'>): OperatorsAct {
  return { who: `operator:${account.id}`, surface: 'admin_page' };
}
