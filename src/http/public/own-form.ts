/**
 * A form that a signed-in approver posted from a page of ours. One place for the order of checks: where the post comes from,
 * who is signed in, and whether the form was drawn for that session and that purpose. Until all three hold, nothing is done.
 */
import type { Request } from 'express';
import type { Identity } from '../../identity/identity.js';
import type { Session } from '../../identity/sessions/sessions.js';
import { readForm, type Form } from '../shared/form.js';
import { signedIn } from '../shared/signed-in.js';

export type OwnForm =
  | { readonly kind: 'own'; readonly session: Session; readonly form: Form }
  /** From another origin, of another session, or drawn for another purpose. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'signed_out' };

/** `purposeOf`: what the form's CSRF token must have been made for; it may depend on the form's other fields. */
export async function readOwnForm(
  identity: Pick<Identity, 'sessions'>,
  request: Request,
  purposeOf: (form: Form) => string,
): Promise<OwnForm> {
  if (!identity.sessions.isSameOrigin(request.headers)) return { kind: 'foreign' };
  const session = await signedIn(identity.sessions, request);
  if (session === null) return { kind: 'signed_out' };
  const form = await readForm(request);
  const isOwn = form !== null && session.isCsrfToken(purposeOf(form), form.get('csrf'));
  return isOwn ? { kind: 'own', session, form } : { kind: 'foreign' };
}
