/** Pages of signing in with a provider: on the way there, and for each reason why somebody came back without being signed in. */
import { html, type Html } from '../../../base/text/html.js';
import type { Offered, SignInFailure } from '../../../identity/providers/providers.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { ACCOUNT_PATH } from '../account/section.js';

type Failure = SignInFailure | 'too_many';

/**
 * Leads on by itself. Not a redirect: our pages' forms may only be sent to this host (`form-action 'self'`), and Chromium holds
 * every redirect behind a form to that, so that the provider and whoever it passes people on to would all have to be named.
 */
export function goingOnPage({ title }: Offered, url: string): Page {
  const body = html`<section class="card">
    ${banner('calm', `Going on to ${title}`)}
    <p>You sign in there, and come back here.</p>
    <p><a class="button" href="${url}">Go on to ${title}</a></p>
  </section>`;
  return {
    status: 200,
    title: `Going on to ${title}`,
    body,
    asksToSignIn: true,
    headers: { refresh: `0; url=${url}` },
  };
}

export function providerForm({ name, title }: Offered, { isPrimary }: { readonly isPrimary: boolean }): Html {
  return html`<form method="post" action="/sign-in/with/${name}">
    <button${isPrimary && html` class="primary" autofocus`}>Sign in with ${title}</button>
  </form>`;
}

interface Told {
  readonly status: number;
  readonly title: string;
  readonly says: (provider: string) => string;
}

const FAILURES: Readonly<Record<Failure, Told>> = {
  state_invalid: {
    status: 403,
    title: 'Not begun here',
    says: () => 'This sign-in was not begun in this browser, took longer than 10 minutes, or was used already.',
  },
  consent_denied: {
    status: 403,
    title: 'Not signed in',
    says: (provider) => `${provider} says that you did not agree to sign in here.`,
  },
  exchange_failed: {
    status: 502,
    title: 'Not signed in',
    says: (provider) =>
      `${provider} did not complete the sign-in. If it happens again, tell the operator of this gate.`,
  },
  token_refused: {
    status: 502,
    title: 'Not signed in',
    says: (provider) =>
      `What ${provider} answered was not to be trusted, so it was not taken. Tell the operator of this gate.`,
  },
  profile_unavailable: {
    status: 502,
    title: 'Not signed in',
    says: (provider) => `${provider} did not say who you are. Try again in a moment.`,
  },
  provider_unreachable: {
    status: 502,
    title: 'Not reachable now',
    says: (provider) => `${provider} does not answer. Try again in a moment, or sign in another way.`,
  },
  email_missing: {
    status: 403,
    title: 'An address is needed',
    says: (provider) =>
      `This gate wants an e-mail address that ${provider} has verified. Verify one there, and come back.`,
  },
  not_allowed: {
    status: 403,
    title: 'Not this account',
    says: (provider) => `This gate does not take that account of ${provider}. Choose another one there.`,
  },
  prove_first: {
    status: 403,
    title: 'Sign in as before first',
    says: (provider) =>
      `Your address at ${provider} is known here, and an address alone proves nothing. Sign in the way that you did before; from then on you can add ${provider}.`,
  },
  link_too_late: {
    status: 403,
    title: 'Not added',
    says: (provider) => `${provider} is added within ten minutes of signing in. Sign in anew, and add it then.`,
  },
  belongs_to_another: {
    status: 403,
    title: 'Not added',
    says: (provider) => `That account of ${provider} signs in somebody else here.`,
  },
  disabled: {
    status: 403,
    title: 'Not signed in',
    says: () => 'The operator of this gate has switched your account off.',
  },
  too_many: {
    status: 429,
    title: 'Too many sign-ins',
    says: () => 'Many sign-ins were begun from where you are. Come back in an hour.',
  },
};

interface Reader {
  /** Of whoever is signed in, and stays so. */
  readonly session: Session | null;
  /** Where signing in was to lead; null: nowhere else. */
  readonly next: string | null;
}

export function failedPage({ title }: Offered, failure: Failure, reader: Reader): Page {
  const told = FAILURES[failure];
  const body = html`<section class="card">
    ${banner('bad', told.title)}
    <p>${told.says(title)} <strong>Nothing changed.</strong></p>
    ${wayOn(reader)}
  </section>`;
  return {
    status: told.status,
    title: told.title,
    body,
    ...(reader.session === null ? { asksToSignIn: true } : { session: reader.session }),
    ...(told.status === 429 ? { headers: { 'retry-after': '3600' } } : {}),
  };
}

function wayOn({ session, next }: Reader): Html {
  if (session !== null) return html`<p><a class="button" href="${ACCOUNT_PATH}">To your account</a></p>`;
  const back = next === null ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
  return html`<p><a class="button" href="${back}">Sign in</a></p>`;
}
