/** What a part of the account page is: what it shows to whoever is signed in, and the forms it takes. One file a part. */
import type { Request, Response } from 'express';
import type { Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import type { Form } from '../../shared/form.js';

export const ACCOUNT_PATH = '/account';

export interface AccountSection {
  /** A card with a heading of the second level; null where nothing of it concerns them. */
  draw(session: Session): Promise<Html | null>;
  readonly forms?: readonly AccountForm[];
}

/** A form that is posted from the page. It is taken from our own page alone, and for its purpose. */
export interface AccountForm {
  readonly path: string;
  /** What its CSRF token is made for. */
  purposeOf(form: Form): string;
  /** Answers; most lead back to the page. */
  take(posted: AccountPost): Promise<void>;
}

export interface AccountPost {
  readonly session: Session;
  readonly form: Form;
  readonly request: Request;
  readonly response: Response;
}

export function backToAccount(response: Response): void {
  response.redirect(303, ACCOUNT_PATH);
}
