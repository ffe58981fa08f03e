/** The forms that answer a request, and that end what an approval gave: the same as the cards of the chats offer. */
import { durationInWords } from '../../../approval/duration.js';
import { offeredTtlsSeconds } from '../../../approval/policy.js';
import { MAX_REASON_CODE_POINTS, type RequestRecord } from '../../../approval/request.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';

/** What a page needs to draw one. */
export interface DecideForm {
  /** Where the decision is posted to; also what its CSRF token is bound to. */
  readonly action: string;
  readonly session: Session;
  /** Names this form's tap, so that a double press is one tap. */
  readonly tapId: string;
  readonly nowMs: number;
  /** Approving is proven by a passkey, which the page's script asks for at the press of the button. */
  readonly byPasskey?: boolean;
}

export function decidePurpose(action: string): string {
  return `decide ${action}`;
}

export function decideForm(request: RequestRecord, form: DecideForm): Html {
  const offered = request.grantTtlSeconds > 0 ? offeredTtlsSeconds(request.grantTtlSeconds) : [];
  const [longest, ...shorter] = offered.toReversed();
  const approveFor = longest === undefined ? '' : ` — ${durationInWords(longest)}`;
  return html`<form
    class="decide"
    method="post"
    action="${form.action}"
    ${form.byPasskey === true && asksPasskey(form)}
  >
    <input type="hidden" name="csrf" value="${form.session.csrfToken(decidePurpose(form.action))}" />
    <input type="hidden" name="tap" value="${form.tapId}" />
    ${form.byPasskey === true && html`<input type="hidden" name="answer" />`}
    <button class="approve" name="verdict" value="approve"><span class="sign">✅ </span>Approve${approveFor}</button>
    <button class="deny" name="verdict" value="deny"><span class="sign">❌ </span>Deny</button>
    <details>
      <summary>${shorter.length > 0 ? 'Less time, or why not' : 'Why not'}</summary>
      ${shorter.length > 0 && lessTime(request.id, shorter)} ${whyNot(request.id)}
    </details>
  </form>`;
}

/** Without its script the form is sent as it is, and the next page asks. */
function asksPasskey({ action }: DecideForm): Html {
  return html`data-passkey="approve" data-question="${action.replace(/\/decide$/, '')}/proof"`;
}

/** A button each, as in the chats: pressing one is the answer. */
function lessTime(id: string, ttlsSeconds: readonly number[]): Html {
  const buttons = ttlsSeconds.map(
    (seconds) =>
      html`<button class="approve" name="verdict" value="approve ${seconds}">
        Approve — ${durationInWords(seconds)}
      </button>`,
  );
  return html`<div class="choices" role="group" aria-label="Less time" id="less-${id}">${buttons}</div>`;
}

/** Of several lines, because Enter in a single one would press the form's first button: Approve. */
function whyNot(id: string): Html {
  return html`<label for="reason-${id}">Why not, for Deny</label>
    <textarea
      class="field"
      id="reason-${id}"
      name="reason"
      rows="2"
      maxlength="${String(MAX_REASON_CODE_POINTS)}"
    ></textarea>
    <label class="check"><input type="checkbox" name="share" value="yes" /> Tell it to the visitor, too</label>
    <button class="deny" name="verdict" value="deny">Deny with this reason</button>`;
}

export const REVOKE_PURPOSE = 'revoke what an approval gave';

/** Ends the grant at once. Whoever may not is told so by the answer. */
export function revokeForm({ id }: Pick<RequestRecord, 'id'>, form: DecideForm): Html {
  return html`<form method="post" action="/requests/${id}/revoke">
    <input type="hidden" name="csrf" value="${form.session.csrfToken(`${REVOKE_PURPOSE} ${id}`)}" />
    <input type="hidden" name="tap" value="${form.tapId}" />
    <button class="deny">Revoke</button>
    <p class="hint">This locks the visitor out at once.</p>
  </form>`;
}
