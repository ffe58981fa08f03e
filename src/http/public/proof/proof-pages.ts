/**
 * The page that asks for a proof of one approval. It names what is approved, so that nobody proves something else than they read; and to
 * whoever has not what is wanted it says how they get it, and what is left to them without it.
 */
import type { ApproverId } from '../../../approval/brand.js';
import type { RequestRecord } from '../../../approval/request.js';
import { html, type Html } from '../../../base/text/html.js';
import { fit } from '../../../base/text/fit.js';
import type { Tap } from '../../../contract/desk.js';
import type { FactorsOf } from '../../../contract/ledger.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { spanInWords, timeElement } from '../../shared/pages/time-in-words.js';
import { AUTHENTICATOR_PATH } from '../account/authenticator-pages.js';
import { PASSKEYS_PATH } from '../account/passkey-pages.js';
import { writeVerdict, type Named } from '../named-request.js';
import { decidePurpose } from '../pages/decide-form.js';
import { AGAIN_PATH } from '../sign-in/again-pages.js';
import { codeForm, numberForm } from '../sign-in/typed-forms.js';

/** `wrong`: mistyped, used, too old, of another browser or for another request. */
/** `not_given`: a passkey was asked for, and none came. */
export type ProofTrouble = 'not_given' | 'wrong' | 'too_many';

export interface ProofFacts {
  readonly session: Session;
  readonly request: RequestRecord;
  readonly named: Named;
  readonly tap: Tap;
  /** To go back with what is typed; null: nothing is. */
  readonly asked: string | null;
  readonly factors: FactorsOf;
  /** Nothing else counts. */
  readonly isPasskeyWanted: boolean;
  readonly hasPasskeys: boolean;
  /** Who else approves for this site. */
  readonly others: readonly ApproverId[];
  readonly nowMs: number;
  readonly trouble: ProofTrouble | null;
}

const TITLE = 'Prove that it is you';
const MAX_NAMED = 5;
const MAX_NAME_CODE_POINTS = 60;

export function proofPage(facts: ProofFacts): Page {
  const { session, request, named, factors, trouble } = facts;
  const isByPasskey = facts.hasPasskeys && factors.passkeys > 0;
  const isAskedOnly = trouble === null || trouble === 'not_given';
  const body = html`<section class="card">
    ${isAskedOnly ? banner('calm', TITLE) : banner('bad', 'Not approved')} ${trouble !== null && TROUBLE[trouble]}
    <p>
      <strong>${fit(request.host, 253)}</strong> lets ${request.address} in only when you prove now that you are
      <strong>${session.account.name}</strong>. The proof counts for this request alone, for 5 minutes.
    </p>
    ${isByPasskey && passkeyForm(facts)} ${typedForms(facts)} ${otherWay(facts, isByPasskey)}
    <p><a class="button" href="${named.path}">Back to the request</a></p>
  </section>`;
  const status = isAskedOnly ? 200 : trouble === 'wrong' ? 422 : 429;
  return { status, title: TITLE, session, body, usesPasskeys: isByPasskey };
}

const TROUBLE: Readonly<Record<ProofTrouble, Html>> = {
  wrong: html`<p role="alert">
    The proof did not count: it may be mistyped, over by now, used already, or given for another request.
    <strong>Nothing changed.</strong> Give a new one.
  </p>`,
  not_given: html`<p role="alert">
    No passkey was used: it was given up, or the device did not verify you. <strong>Nothing changed.</strong>
  </p>`,
  too_many: html`<p role="alert">Too many were tried. <strong>Nothing changed.</strong> Try again in 15 minutes.</p>`,
};

function hiddenFields({ session, named, tap }: ProofFacts): Html {
  return html`<input type="hidden" name="csrf" value="${session.csrfToken(decidePurpose(named.action))}" />
    <input type="hidden" name="tap" value="${tap.tapId}" />
    <input type="hidden" name="verdict" value="${writeVerdict(tap)}" />`;
}

/** Hidden until the page's script finds that the browser has passkeys. */
function passkeyForm(facts: ProofFacts): Html {
  const { named } = facts;
  return html`<form
    method="post"
    action="${named.action}"
    data-passkey="approve"
    data-question="${named.path}/proof"
    hidden
  >
    ${hiddenFields(facts)}
    <input type="hidden" name="answer" />
    <button class="approve">Approve with a passkey</button>
    <p class="hint" role="alert" hidden>No passkey was used, and nothing changed. Try again, or another way.</p>
  </form>`;
}

function typedForms(facts: ProofFacts): Html | null {
  const { asked, factors, named } = facts;
  if (asked === null) return null;
  const form = {
    action: named.action,
    hidden: html`${hiddenFields(facts)} <input type="hidden" name="asked" value="${asked}" />`,
    button: 'Approve',
  };
  return html`${factors.hasTotp && numberForm(form)} ${factors.recoveryCodes > 0 && codeForm(form)}`;
}

/** For whoever has none of what is wanted, or not here. */
function otherWay(facts: ProofFacts, isByPasskey: boolean): Html | null {
  const { isPasskeyWanted, hasPasskeys, factors, named } = facts;
  if (isByPasskey)
    return html`${isPasskeyWanted && html`<p class="hint">Is it on another device? Open this request there.</p>`}
      <noscript><p class="hint">A passkey needs this page’s script.</p></noscript>`;
  if (isPasskeyWanted && !hasPasskeys)
    return html`<p>
        This site takes an approval by a passkey alone, and browsers have none at the address of this gate. Only its
        operator can mend that.
      </p>
      ${withoutOne(facts)}`;
  if (isPasskeyWanted)
    return html`<p>
        This site takes an approval by a passkey alone, and you have none here yet. Add one, and go on from there: you
        are back at this request.
      </p>
      <p>
        <a class="button primary" href="${PASSKEYS_PATH}?${new URLSearchParams({ next: named.path }).toString()}"
          >Add a passkey</a
        >
      </p>
      ${withoutOne(facts)}`;
  if (factors.hasTotp) return null;
  return html`<p>Sign in anew, and approve within 5 minutes. It counts for one approval.</p>
    <p><a class="button primary" href="${AGAIN_PATH}">Sign in again</a></p>`;
}

/** What is left to whoever cannot approve. */
function withoutOne(facts: ProofFacts): Html {
  return html`<p>Without a passkey:</p>
    <ul>
      <li>You can deny the request on its page. That needs no proof.</li>
      <li>${othersCan(facts)}</li>
    </ul>`;
}

function othersCan({ request, others, nowMs }: Pick<ProofFacts, 'request' | 'others' | 'nowMs'>): Html {
  const left = spanInWords(request.deadlineAtMs - nowMs).replaceAll(' ', '\u00a0');
  const who =
    others.length === 0 ? 'Nobody else approves for this site.' : `${namesOf(others)} can approve it in your place.`;
  return html`${who} It waits until ${timeElement(request.deadlineAtMs)}: ${left} left.`;
}

type WithoutSecond = Pick<ProofFacts, 'session' | 'request' | 'named' | 'others' | 'hasPasskeys' | 'nowMs'>;

const SECOND_FACTOR = 'Set up a second factor';

/** For whoever has signed in by one factor and has no other, at a site that takes decisions from nobody like that. */
export function secondFactorPage(facts: WithoutSecond): Page {
  const { session, request, named, hasPasskeys } = facts;
  const toPasskeys = `${PASSKEYS_PATH}?${new URLSearchParams({ next: named.path }).toString()}`;
  const body = html`<section class="card">
    ${banner('calm', SECOND_FACTOR)}
    <p>
      <strong>${fit(request.host, 253)}</strong> takes decisions only from whoever signs in by two factors, and
      <strong>${session.account.name}</strong> has one alone. Nothing is decided yet.
    </p>
    <p>Set another one up, and go on from there: you are back at the request of ${request.address}.</p>
    ${hasPasskeys && html`<p><a class="button primary" href="${toPasskeys}">A passkey</a></p>`}
    <p><a class="button" href="${AUTHENTICATOR_PATH}">An authenticator app</a></p>
    <p class="hint">${othersCan(facts)}</p>
    <p><a class="button" href="${named.path}">Back to the request</a></p>
  </section>`;
  return { status: 200, title: SECOND_FACTOR, session, body };
}

/** `bob@example.org`, `bob@example.org or cy@example.org`, and of many the first. */
function namesOf(others: readonly ApproverId[]): string {
  const shown = others.slice(0, MAX_NAMED).map((id) => fit(id, MAX_NAME_CODE_POINTS));
  const more = others.length - shown.length;
  const all = more === 0 ? shown : [...shown, `${String(more)} more`];
  return [all.slice(0, -1).join(', '), ...all.slice(-1)].filter((part) => part !== '').join(' or ');
}
