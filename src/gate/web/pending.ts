/**
 * Makes the waiting page live: listens for the outcome, asks for it where no stream comes through, and goes on to what
 * was asked for first. It can only learn; it decides nothing.
 */

const POLL_MS = 3_000;
const SLOW_POLL_MS = 15_000;
/** The outcome that lets the visitor in. */
const OPEN = 'approved';

interface Live {
  readonly stream: string;
  readonly status: string;
  readonly wait: string;
  readonly back: string;
}

let isOver = false;

function liveOf(main: HTMLElement): Live | null {
  const { stream, status, wait, return: back } = main.dataset;
  if (stream === undefined || status === undefined || wait === undefined || back === undefined) return null;
  return { stream, status, wait, back };
}

function end(live: Live, outcome: string): void {
  if (isOver) return;
  isOver = true;
  if (outcome === OPEN) goBack(live.back);
  else void redraw(live.wait);
}

/** Goes on to what was asked for first: only to a path of this site, and with its fragment, which no server ever sees. */
function goBack(path: string): void {
  const to = new URL(path, location.origin);
  if (to.origin !== location.origin) return location.reload();
  to.hash = location.hash;
  // the same address with another fragment would not be loaded again
  if (to.href === location.href) location.reload();
  else location.replace(to.href);
}

/** Shows how it stands in place: the address stays, so that a reload asks again. */
async function redraw(wait: string): Promise<void> {
  const answer = await fetch(wait, { cache: 'no-store', headers: { accept: 'text/html' } }).catch(() => null);
  const text = answer === null ? '' : await answer.text().catch(() => '');
  const next = new DOMParser().parseFromString(text, 'text/html');
  const main = next.querySelector('main');
  if (main === null) return location.replace(wait);
  document.title = next.title;
  const shown = document.querySelector('main');
  if (shown === null) return;
  // the element stays, because a live region announces what changes in it, not that it is new
  shown.className = main.className;
  shown.dataset['state'] = main.dataset['state'];
  shown.replaceChildren(...main.childNodes);
}

function listen(live: Live): void {
  const source = new EventSource(live.stream);
  source.addEventListener('outcome', (event: MessageEvent<string>) => {
    source.close();
    end(live, event.data);
  });
  source.addEventListener('news', () => {
    if (!isOver) void redraw(live.wait);
  });
  source.addEventListener('error', () => {
    // while it is `CONNECTING` the browser tries again by itself
    if (source.readyState === EventSource.CLOSED) void poll(live, POLL_MS);
  });
}

async function poll(live: Live, waitMs: number): Promise<void> {
  if (isOver) return;
  const outcome = await askStatus(live.status);
  if (outcome === 'pending') setTimeout(() => void poll(live, waitMs), waitMs);
  else if (outcome === null) setTimeout(() => void poll(live, SLOW_POLL_MS), SLOW_POLL_MS);
  else end(live, outcome);
}

/** Null when there is no answer to believe. */
async function askStatus(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { cache: 'no-store' });
    if (!answer.ok) return null;
    const { status } = (await answer.json()) as { status?: unknown };
    return typeof status === 'string' ? status : null;
  } catch {
    return null;
  }
}

const main = document.querySelector('main');
const live = main === null ? null : liveOf(main);
if (live !== null) {
  listen(live);
  // a phone that slept may have missed the stream's end
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    void askStatus(live.status).then((outcome) => {
      if (outcome !== null && outcome !== 'pending') end(live, outcome);
    });
  });
}
