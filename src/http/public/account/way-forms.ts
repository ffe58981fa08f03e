/** The forms that each way of signing in has on its page: the name that its owner gives it, and the button that removes it. */
import { html, type Html } from '../../../base/text/html.js';
import { MAX_WAY_NAME_CHARACTERS } from '../../../identity/accounts/ways.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { secondStep } from '../../shared/pages/second-step.js';

interface WayForm {
  readonly path: string;
  /** What its CSRF token is made for: this way and no other. */
  readonly purpose: string;
  /** What says which way. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface Way {
  /** Tells the fields of several ways apart; a word. */
  readonly id: string;
  /** What it is called, for whoever hears the page. */
  readonly called: string;
  /** What stands in the field. */
  readonly name: string;
  readonly naming: WayForm;
  readonly removing: WayForm;
}

export function wayForms(session: Session, { id, called, name, naming, removing }: Way): Html {
  return html`<div class="row">
    <details>
      <summary>Rename</summary>
      <form method="post" action="${naming.path}" aria-label="Rename ${called}">
        ${hidden(session, naming)}
        <label for="${id}">Its name</label>
        <input
          class="field"
          id="${id}"
          name="name"
          maxlength="${String(MAX_WAY_NAME_CHARACTERS)}"
          value="${name}"
          autocomplete="off"
        />
        <button>Save</button>
      </form>
    </details>
    ${secondStep(
      'Remove',
      html`<form method="post" action="${removing.path}" aria-label="Remove ${called}">
        ${hidden(session, removing)}
        <p>It signs you in no more, and your other sessions end.</p>
        <button>Yes, remove it</button>
      </form>`,
    )}
  </div>`;
}

function hidden(session: Session, { purpose, fields }: WayForm): Html {
  return html`<input type="hidden" name="csrf" value="${session.csrfToken(purpose)}" />
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`;
}

/** Why nothing was removed, and what to do before. `back`: the page it was on. */
export function lastWayPage(session: Session, back: string): Page {
  const body = html`<section class="card">
    ${banner('bad', 'Not removed')}
    <p role="alert">
      It is your last way of signing in: without it you could not come back. <strong>Nothing changed.</strong>
    </p>
    <p>Add another way first, and remove this one then.</p>
    <p><a class="button" href="${back}">Back</a></p>
  </section>`;
  return { status: 409, title: 'Not removed', session, body };
}
