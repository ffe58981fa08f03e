/** Pages for whoever is not signed in: asking for a link by mail, and waiting for it. None tells who has an account here. */
import type { Token } from '../../../approval/brand.js';
import { fit } from '../../../base/text/fit.js';
import { html, type Html } from '../../../base/text/html.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner, messagePage } from '../../shared/pages/message-page.js';
import { numberField } from '../../shared/pages/number-field.js';
import type { Page } from '../../shared/pages/page.js';
import type { Way } from './last-way.js';
import type { SignInOffer } from './offer.js';
import { providerForm } from './provider-pages.js';
import { passkeyForm } from './passkey-pages.js';

const MAX_ADDRESS_CHARACTERS = 254;

/** The same for every token, known or not: who is not signed in learns nothing. */
export function signInFormPage(offer: SignInOffer): Page {
  // RFC 9110, section 15.5.2 wants a challenge with every 401; browsers pass over schemes they do not know
  const headers = { 'www-authenticate': 'SignInLink realm="koder-gate"' };
  return { status: 401, headers, ...formPage(offer, { title: 'Sign in', why: whyOf(offer) }) };
}

/** For whoever is signed in, and proves who they are by signing in anew. `why`: what wants it. */
export function signInAgainPage(offer: SignInOffer, session: Session, why: Html): Page {
  return { status: 200, session, ...formPage(offer, { title: 'Sign in again', why }) };
}

export function noMailboxPage(offer: SignInOffer, typed: string): Page {
  const why = html`<p role="alert" id="wrong">This is no e-mail address. Nothing was sent.</p>`;
  return { status: 422, ...formPage(offer, { title: 'Sign in', why, wrong: typed }) };
}

function whyOf({ goal }: SignInOffer): Html {
  if (goal === null) return html`<p>Requests are shown to approvers only, and only approvers decide.</p>`;
  return html`<p>To go on to ${goal.site === null ? 'the admin pages' : html`<strong>${goal.host}</strong>`}.</p>`;
}

interface Drawn {
  readonly title: string;
  readonly why: Html;
  /** What was typed and is no address; null or absent: nothing. */
  readonly wrong?: string | null;
}

function formPage(
  offer: SignInOffer,
  { title, why, wrong = null }: Drawn,
): Pick<Page, 'title' | 'body'> & Partial<Page> {
  const body = html`<section class="card">
    ${banner(wrong === null ? 'calm' : 'bad', title)} ${why} ${waysOf(offer, wrong)}
    ${offer.byMail ? NO_MAIL : ASK_THE_OPERATOR}
  </section>`;
  return { title, body, asksToSignIn: true, usesPasskeys: offer.byPasskey };
}

/** The likeliest first: the one that this browser used last, and else as they stand here. */
function waysOf({ byMail, byPasskey, providers, token, first }: SignInOffer, wrong: string | null): readonly Html[] {
  const isKnown = (way: Way): boolean => way === first;
  const isByProvider = wrong === null && providers.some(({ name }) => isKnown(`with-${name}`));
  const isMailFirst = !isByProvider && !(byPasskey && isKnown('passkey'));
  const ways: readonly { readonly way: Way; readonly drawn: Html }[] = [
    ...(byPasskey ? [{ way: 'passkey', drawn: passkeyForm({ isPrimary: isKnown('passkey') }) } as const] : []),
    ...(byMail
      ? [{ way: 'mail', drawn: mailForms(token, { wrong, isPrimary: isMailFirst, hasFocus: !isByProvider }) } as const]
      : []),
    ...providers.map((provider) => {
      const way = `with-${provider.name}` as const;
      return { way, drawn: providerForm(provider, { isPrimary: isByProvider && isKnown(way) }) };
    }),
  ];
  const ordered = [...ways.filter(({ way }) => isKnown(way)), ...ways.filter(({ way }) => !isKnown(way))];
  return ordered.map(({ drawn }) => drawn);
}

const NO_MAIL = html`<p class="hint">No mail arrives? The operator of this gate can make you a sign-in link, too.</p>`;

const ASK_THE_OPERATOR = html`<p>Ask the operator of this gate for a sign-in link.</p>
  <p class="hint">Open the link in this browser within 10 minutes: it brings you back here.</p>`;

interface MailDrawn {
  readonly wrong: string | null;
  readonly isPrimary: boolean;
  readonly hasFocus: boolean;
}

function mailForms(token: Token | null, { wrong, isPrimary, hasFocus }: MailDrawn): Html {
  const address = wrong !== null && fit(wrong, MAX_ADDRESS_CHARACTERS);
  return html`${token !== null && forWhomWasAsked(token, { isPrimary, hasFocus })}
    <form method="post" action="/sign-in">
      <label for="address">${token === null ? 'Your e-mail address' : 'Or your e-mail address'}</label>
      <input
        class="field"
        id="address"
        name="address"
        type="email"
        required
        maxlength="${String(MAX_ADDRESS_CHARACTERS)}"
        autocomplete="username webauthn"
        ${address !== false && html`value="${address}" aria-invalid="true" aria-describedby="wrong"`}
        ${token === null && hasFocus && html`autofocus`}
      />
      ${token === null ? html`<button${isPrimary && html` class="primary"`}>Mail me a link</button>` : html`<button>Mail it there</button>`}
    </form>`;
}

function forWhomWasAsked(token: Token, { isPrimary, hasFocus }: Omit<MailDrawn, 'wrong'>): Html {
  return html`<form method="post" action="/sign-in">
    <input type="hidden" name="request" value="${token}" />
    <p>Were you asked about this request? The link goes to the address that the gate has for you.</p>
    <button${isPrimary && html` class="primary"`}${hasFocus && html` autofocus`}>Mail a link to whoever was asked</button>
  </form>`;
}

/** `wrong`: the number that was typed and is none. */
export function askedPage(wrong: string | null): Page {
  const isWrong = wrong !== null;
  const body = html`<section class="card">
    ${banner(isWrong ? 'bad' : 'calm', isWrong ? 'Not the number' : 'Look into your mail')}
    ${
      isWrong
        ? html`<p role="alert" id="wrong">
            It may be mistyped, older than 10 minutes, or replaced by a newer one. After five wrong ones
            <a href="/sign-in">ask for a new link</a>.
          </p>`
        : html`<p>If an approver of this gate was meant, a link is on its way. It works once, for 10 minutes.</p>`
    }
    <p>Open the link in this browser and you are signed in. On another device it shows a number: type it here.</p>
    <form method="post" action="/sign-in/number">
      ${numberField({ label: 'Number', ...(isWrong ? { wrong: 'wrong', value: wrong } : {}) })}
      <button class="primary">Sign in</button>
    </form>
    <p class="hint">No mail after a minute? Look in your spam folder, or <a href="/sign-in">ask again</a>.</p>
  </section>`;
  const title = isWrong ? 'Not the number' : 'Look into your mail';
  return { status: isWrong ? 422 : 200, title, body, asksToSignIn: true };
}

export function tooOftenPage(): Page {
  const body = html`<p>
    Many links were asked for from where you are. <strong>None was sent now.</strong> Use one that has arrived, or come
    back in an hour; the operator of this gate can make you a sign-in link, too.
  </p>`;
  return { ...messagePage(429, 'Too many links', body), asksToSignIn: true, headers: { 'retry-after': '3600' } };
}
