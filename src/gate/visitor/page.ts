/** The visitor's page: one calm card, useful without JavaScript, live with it. No script or style stands in the markup. */
import { RESERVED } from '../../approval/reserved-paths.js';
import type { Environment, RequestRecord } from '../../approval/request.js';
import { shownId } from '../../approval/short-id.js';
import { fit } from '../../base/text/fit.js';
import { html, markupOf, type Html } from '../../base/text/html.js';
import type { AssetName } from './assets.js';
import { lineHtml } from './line.js';
import type { Showing } from './reception.js';
import { RETURN, returnPath, signInUrl } from './return-path.js';
import { retrySecondsOf } from './retry.js';
import { pageWording } from './page-wording.js';
import type { Wording } from './wording.js';

export interface PageContext {
  readonly host: string;
  readonly environment: Environment | null;
  readonly nowMs: number;
  /** What this browser asked for first. The request's own path may be somebody else's behind the same address. */
  readonly path: string;
  readonly signIn: VisitorSignIn | null;
  readonly assetUrl: (name: AssetName) => string;
}

/** Who the visitor is, at a site that lets people in by that. */
export interface VisitorSignIn {
  /** The name of whoever is signed in there; null: nobody. */
  readonly as: string | null;
}

/** The policy's own: "Reload in 30s to retry". */
const REFRESH_SECONDS = 30;
const MAX_NAME_CODE_POINTS = 60;
/** Long enough to be read. */
const MOVED_SECONDS = 5;

export function visitorPage(showing: Showing, context: PageContext): string {
  const wording = pageWording(showing, context.nowMs, context.path);
  return markupOf(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex, nofollow" />
          <meta name="color-scheme" content="light dark" />
          ${context.environment === null ? null : html`<meta name="koder-env" content="${context.environment}" />`}
          <title>${wording.title} · ${context.host}</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="${context.assetUrl('gate.css')}" />
          <script type="module" src="${context.assetUrl('local-times.js')}"></script>
          ${liveHead(showing, context)}
        </head>
        <body>
          ${main(wording, { showing, context })}
        </body>
      </html> `,
  );
}

/** What makes the page go on by itself: with the script, and without it by a refresh. */
function liveHead(showing: Showing, context: PageContext): Html | null {
  const refresh = refreshOf(showing, context);
  if (refresh === null) return null;
  return html`<noscript><meta http-equiv="refresh" content="${refresh}" /></noscript>
    <script type="module" src="${context.assetUrl('pending.js')}"></script>`;
}

/**
 * While a request waits, the wait page: it opens nothing, so a forgotten tab asks nobody again. Who was turned away comes
 * again when there is room, and who has another address now asks anew.
 */
function refreshOf(showing: Showing, { nowMs, path }: PageContext): string | null {
  if (showing.kind === 'pending') return `${String(REFRESH_SECONDS)}; url=${waitUrl(showing.request, path)}`;
  if (showing.kind === 'moved') return `${String(MOVED_SECONDS)}; url=${returnPath(path)}`;
  const retrySeconds = retrySecondsOf(showing, nowMs);
  return retrySeconds === null ? null : String(retrySeconds);
}

function main(wording: Wording, { showing, context }: { showing: Showing; context: PageContext }): Html {
  const request = 'request' in showing ? showing.request : null;
  const live = showing.kind === 'pending' ? showing.request : null;
  const retrySeconds = retrySecondsOf(showing, context.nowMs);
  const [first = '', ...rest] = wording.lines;
  return html`<main
    aria-live="polite"
    class="card ${wording.mood}"
    data-state="${showing.kind}"
    ${live === null ? null : liveData(live, context.path)}
    ${retrySeconds !== null && html`data-retry-seconds="${retrySeconds}"`}
  >
    <p class="site">
      <span class="host">${context.host}</span
      >${context.environment === null ? null : html` <span class="tag">${context.environment}</span>`}
    </p>
    <div class="sign" aria-hidden="true"><i></i></div>
    <div>
      <h1>${wording.title}</h1>
      <p class="lead">${lineHtml(first)}</p>
      ${rest.map((line) => html`<p>${lineHtml(line)}</p>`)}
    </div>
    ${live === null ? null : html`<noscript><p>This page looks again every ${String(REFRESH_SECONDS)} seconds.</p></noscript>`}
    ${wording.action === null ? null : html`<p><a class="button" href="${wording.action.href}">${wording.action.label}</a></p>`}
    ${wording.other === undefined ? null : html`<p><a class="other" href="${wording.other.href}">${wording.other.label}</a></p>`}
    ${identityLine(showing, context)}
    ${request === null ? null : html`<p class="small">Request <code>${shownId(request.id)}</code></p>`}
  </main>`;
}

/** Where a person was asked or will be: that signing in is another way, or that it was no way in. */
function identityLine(showing: Showing, { signIn, path }: PageContext): Html | null {
  const isAsked = 'request' in showing || showing.kind === 'deferred' || showing.kind === 'muted';
  if (signIn === null || !isAsked) return null;
  if (signIn.as === null) return html`<p>Have an account? <a class="other" href="${signInUrl(path)}">Sign in</a></p>`;
  return html`<p>
    You are signed in as <strong>${fit(signIn.as, MAX_NAME_CODE_POINTS)}</strong>. This site lets in only whom it knows,
    so a person is asked and told who you are.
  </p>`;
}

function liveData(request: RequestRecord, path: string): Html {
  return html` data-stream="${RESERVED}stream/${request.statusId}" data-status="${RESERVED}status/${request.statusId}"
  data-wait="${waitUrl(request, path)}" data-return="${returnPath(path)}"`;
}

function waitUrl(request: RequestRecord, path: string): string {
  return `${RESERVED}wait/${request.statusId}?${RETURN}=${encodeURIComponent(returnPath(path))}`;
}
