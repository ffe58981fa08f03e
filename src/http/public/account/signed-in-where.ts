/** Where whoever looks is signed in, each with the button that ends it; and ending all others, or all. */
import type { Request } from 'express';
import { signedInByInWords } from '../../../approval/signed-in-by.js';
import { html, type Html } from '../../../base/text/html.js';
import type { SessionLine, WhichSessions } from '../../../contract/identity-ledger.js';
import type { Identity } from '../../../identity/identity.js';
import type { SessionBook } from '../../../identity/sessions/session-book.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import { addressInWords } from '../../../base/net/address-in-words.js';
import { fact } from '../../shared/pages/fact.js';
import { banner } from '../../shared/pages/message-page.js';
import type { Page, PageSender } from '../../shared/pages/page.js';
import { timeElement } from '../../shared/pages/time-in-words.js';
import { afterSignOut } from '../sign-in/signed-out-routes.js';
import { ACCOUNT_PATH, backToAccount, type AccountForm, type AccountPost, type AccountSection } from './section.js';

export interface SignedInWhereDeps {
  readonly identity: Pick<Identity, 'sessions' | 'providers'>;
  readonly sessionBook: SessionBook;
  readonly publicUrl: string;
  readonly addressOf: (request: Request) => string;
  readonly sendPage: PageSender;
}

const END_PATH = `${ACCOUNT_PATH}/sessions/end`;
const END_OTHERS_PATH = `${ACCOUNT_PATH}/sessions/end-others`;
const END_ALL_PATH = `${ACCOUNT_PATH}/sessions/end-all`;
const END_OTHERS = 'end other sessions';
const END_ALL = 'sign out everywhere';

export function signedInWhere(deps: SignedInWhereDeps): AccountSection {
  const end = (which: WhichSessions, { session, request }: AccountPost) =>
    deps.sessionBook.end(which, { who: session.account.id, surface: 'page', address: deps.addressOf(request) });
  const forms: readonly AccountForm[] = [
    {
      path: END_PATH,
      purposeOf: (form) => endPurpose(form.get('session') ?? ''),
      async take(posted) {
        const id = posted.form.get('session') ?? '';
        await end({ by: 'id', id, approver: posted.session.account.id }, posted);
        backToAccount(posted.response);
      },
    },
    {
      path: END_OTHERS_PATH,
      purposeOf: () => END_OTHERS,
      async take(posted) {
        const { account, id } = posted.session;
        await end({ by: 'approver', approver: account.id, but: id }, posted);
        deps.sendPage(posted.response, othersEndedPage(posted.session));
      },
    },
    {
      path: END_ALL_PATH,
      purposeOf: () => END_ALL,
      async take(posted) {
        await end({ by: 'approver', approver: posted.session.account.id }, posted);
        posted.response.append('set-cookie', deps.identity.sessions.cookie.clear());
        await afterSignOut(deps, { ...posted, done: everywherePage() });
      },
    },
  ];
  return { draw: async (session) => drawn(session, await deps.sessionBook.list(session.account.id)), forms };
}

/** For that session alone. */
function endPurpose(id: string): string {
  return `end session ${id}`;
}

function drawn(session: Session, lines: readonly SessionLine[]): Html {
  const own = lines.filter(({ id }) => id === session.id);
  const others = lines.filter(({ id }) => id !== session.id);
  return html`<section class="card" aria-labelledby="sessions">
    <h2 id="sessions">Where you are signed in</h2>
    ${own.map((line) => sessionFacts(line, html` <span class="badge">this one</span>`))}
    ${others.map((line) => endForm(session, line))}
    ${others.length > 0 && button(session, { path: END_OTHERS_PATH, purpose: END_OTHERS, name: 'End all others' })}
    ${button(session, { path: END_ALL_PATH, purpose: END_ALL, name: 'Sign out everywhere' })}
    <p class="hint">
      ${
        others.length > 0
          ? 'A session that you do not know? End all others, and tell the operator of this gate.'
          : 'You are signed in nowhere else.'
      }
    </p>
  </section>`;
}

function endForm(session: Session, line: SessionLine): Html {
  return html`<form method="post" action="${END_PATH}" aria-label="End ${browserOf(line)}">
    ${sessionFacts(line, null)}
    <input type="hidden" name="csrf" value="${session.csrfToken(endPurpose(line.id))}" />
    <input type="hidden" name="session" value="${line.id}" />
    <button>End</button>
  </form>`;
}

function sessionFacts(line: SessionLine, mark: Html | null): Html {
  const { address, signedInBy, createdAtMs, seenAtMs } = line;
  return html`<h3>${browserOf(line)}${mark}</h3>
    <dl>
      ${address !== null && fact('Address', html`<code>${addressInWords(address)}</code>`)}
      ${seenAtMs !== null && fact('Last seen', timeElement(seenAtMs))}
      ${createdAtMs !== null && fact('Signed in', timeElement(createdAtMs))}
      ${signedInBy !== null && fact('By', signedInByInWords(signedInBy))} ${fact('Id', html`<code>${line.id}</code>`)}
    </dl>`;
}

function browserOf({ browser }: SessionLine): string {
  return browser ?? 'an unknown browser';
}

function button(
  session: Session,
  { path, purpose, name }: { readonly path: string; readonly purpose: string; readonly name: string },
): Html {
  return html`<form method="post" action="${path}">
    <input type="hidden" name="csrf" value="${session.csrfToken(purpose)}" />
    <button>${name}</button>
  </form>`;
}

/** True as well where another press, or their own end, was quicker. */
function othersEndedPage(session: Session): Page {
  const body = html`<section class="card">
    ${banner('good', 'All others ended')}
    <p>You are signed in here alone. Links to sign in by that were mailed before work no more.</p>
    <p><a class="button" href="${ACCOUNT_PATH}">To your account</a></p>
  </section>`;
  return { status: 200, title: 'All others ended', session, body };
}

function everywherePage(): Page {
  const body = html`<section class="card">
    ${banner('good', 'Signed out everywhere')}
    <p>Every session of yours has ended. Links to sign in by that were mailed before work no more.</p>
    <p><a class="button" href="/">Sign in again</a></p>
  </section>`;
  return { status: 200, title: 'Signed out everywhere', body, asksToSignIn: true };
}
