/** What is said of passkeys to somebody who is not signed in. */
import { html, type Html } from '../../../base/text/html.js';
import { messagePage } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';

export const ANSWER_PATH = '/sign-in/passkey';
export const QUESTION_PATH = '/sign-in/passkey/question';

/** Hidden until the page's script finds that the browser has passkeys. */
export function passkeyForm({ isPrimary = false } = {}): Html {
  return html`<form
    method="post"
    action="${ANSWER_PATH}"
    data-passkey="sign-in"
    data-question="${QUESTION_PATH}"
    hidden
  >
    <input type="hidden" name="answer" />
    <button${isPrimary && html` class="primary"`}>Sign in with a passkey</button>
    <p class="hint" role="alert" hidden>No passkey was used, and nothing changed. Try again, or another way.</p>
  </form>`;
}

/** The same whatever is wrong: whoever is not signed in learns nothing of it. */
export function passkeyRefusedPage(): Page {
  const body = html`<p>
      This passkey did not sign you in. It may have been removed here, or copied, or the page was open for more than 10
      minutes.
    </p>
    <p><a class="button" href="/sign-in">Try again</a></p>`;
  return { ...messagePage(422, 'Not signed in', body), asksToSignIn: true };
}
