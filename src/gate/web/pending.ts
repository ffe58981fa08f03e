/**
 * Makes the visitor's page live. While a request waits it listens for the outcome, and asks for it too: a stream can be dead
 * without anybody noticing, and after a change of network the request is of another address than the visitor's. It can only
 * learn; it decides nothing. What it does by itself is bounded: asking backs off, and new requests stop after a few.
 */

const CHECK_MS = 7_000;
const HIDDEN_CHECK_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;
/** After failures in a row. */
const BACK_OFF_MS = [2_000, 4_000, 8_000, 15_000, 30_000];
/** Asked again this soon before a change of address is believed: some networks have several addresses at once. */
const CONFIRM_MS = 1_500;
/** How long the page says that the address has changed before it asks anew; after as many changes it asks no more. */
const ASK_ANEW_MS = [2_500, 5_000, 15_000, 30_000];
/** How often in a row a visitor who was turned away comes again without pressing anything. */
const MAX_RETRIES = 5;
const COUNTED_FOR_MS = 3_600_000;
/** The outcome that lets the visitor in. */
const OPEN = 'approved';
const PENDING = 'pending';
/** The gate knows no such request of this address. */
const NOT_OURS = 'unknown_request';

interface Live {
  readonly stream: string;
  readonly status: string;
  readonly wait: string;
  readonly back: string;
}

let isOver = false;
let isAsking = false;
let failures = 0;
let strangers = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let source: EventSource | null = null;

function liveOf(main: HTMLElement): Live | null {
  const { stream, status, wait, return: back } = main.dataset;
  if (stream === undefined || status === undefined || wait === undefined || back === undefined) return null;
  return { stream, status, wait, back };
}

function end(live: Live, outcome: string): void {
  if (isOver) return;
  stopAsking();
  if (outcome === OPEN) goBack(live.back);
  else void redraw(live.wait);
}

function stopAsking(): void {
  isOver = true;
  clearTimeout(timer);
  source?.close();
}

/** Goes on to what was asked for first: only to a path of this site, and with its fragment, which no server ever sees. */
function goBack(path: string): void {
  // offline, the browser's error page would take the place of this one; an open stream may still tell the outcome then
  if (!navigator.onLine) return addEventListener('online', () => goBack(path), { once: true });
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
  const opened = new EventSource(live.stream);
  source = opened;
  opened.addEventListener('outcome', (event: MessageEvent<string>) => {
    opened.close();
    end(live, event.data);
  });
  opened.addEventListener('news', () => {
    if (!isOver) void redraw(live.wait);
  });
  // it broke: because the network did, perhaps. While it is `CONNECTING` the browser tries again by itself
  opened.addEventListener('error', () => {
    if (failures === 0) void check(live);
  });
}

async function check(live: Live): Promise<void> {
  if (isOver || isAsking) return;
  isAsking = true;
  clearTimeout(timer);
  const answer = await askStatus(live.status);
  isAsking = false;
  take(live, answer);
}

function take(live: Live, answer: string | null): void {
  if (isOver) return;
  strangers = answer === NOT_OURS ? strangers + 1 : 0;
  failures = answer === null ? failures + 1 : 0;
  if (strangers > 1) return void askAnew(live);
  if (answer !== null && answer !== PENDING && answer !== NOT_OURS) return end(live, answer);
  noteFailures();
  if (answer === PENDING && source?.readyState === EventSource.CLOSED) listen(live);
  timer = setTimeout(() => void check(live), pauseMs());
}

function pauseMs(): number {
  if (strangers > 0) return CONFIRM_MS;
  if (failures > 0) return spread(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? HIDDEN_CHECK_MS);
  return spread(document.visibilityState === 'visible' ? CHECK_MS : HIDDEN_CHECK_MS);
}

/** So that all who wait for one gate do not come back to it at once. */
function spread(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4);
}

/** Null when there is no answer to believe. */
async function askStatus(url: string): Promise<string | null> {
  try {
    const headers = { accept: 'application/json' };
    const answer = await fetch(url, { cache: 'no-store', headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { status, state } = (await answer.json()) as { status?: unknown; state?: unknown };
    if (answer.ok) return typeof status === 'string' ? status : null;
    return answer.status === 404 && state === NOT_OURS ? NOT_OURS : null;
  } catch {
    return null;
  }
}

/** Says so, and goes to what was wanted first: that asks for the address that the visitor has now. */
async function askAnew(live: Live): Promise<void> {
  stopAsking();
  await redraw(live.wait);
  const delayMs = ASK_ANEW_MS[count('koder-gate-moves') - 1];
  if (delayMs === undefined) return note('Your address changes again and again, so this page waits for you to ask.');
  setTimeout(() => goBack(live.back), delayMs);
}

/** How often it has happened in this tab within the hour, this time included. */
function count(name: string): number {
  try {
    const [times = 0, sinceMs = 0] = (sessionStorage.getItem(name) ?? '').split(' ').map(Number);
    const isLately = Date.now() - sinceMs < COUNTED_FOR_MS;
    const counted = isLately ? times + 1 : 1;
    sessionStorage.setItem(name, `${String(counted)} ${String(isLately ? sinceMs : Date.now())}`);
    return counted;
  } catch {
    return Number.POSITIVE_INFINITY; // nothing can be remembered, so nothing is done by itself
  }
}

function noteFailures(): void {
  if (!navigator.onLine) note('You are offline. This page goes on as soon as you are back.');
  else note(failures > 1 ? 'The gate does not answer. This page tries again by itself.' : '');
}

function note(text: string): void {
  const shown = document.querySelector('main .note');
  if (shown !== null) shown.textContent = text;
  else if (text !== '') {
    const made = document.createElement('p');
    made.className = 'note';
    made.textContent = text;
    document.querySelector('main')?.append(made);
  }
}

/** Who was turned away asks again when there may be room. */
function comeAgain(seconds: number): void {
  if (count('koder-gate-retries') > MAX_RETRIES) return note('This page has asked often enough: ask again yourself.');
  const atMs = Date.now() + spread(1_000) + seconds * 1_000;
  const look = (): void => {
    if (Date.now() >= atMs && navigator.onLine) location.reload();
  };
  setTimeout(look, atMs - Date.now());
  for (const event of ['online', 'pageshow']) addEventListener(event, look);
  document.addEventListener('visibilitychange', look);
}

function watch(live: Live): void {
  const look = (): void => void check(live);
  listen(live);
  timer = setTimeout(look, pauseMs());
  for (const event of ['online', 'offline', 'pageshow']) addEventListener(event, look);
  // a phone that slept may have missed the stream's end, and may be in another network
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look();
  });
}

const main = document.querySelector('main');
const live = main === null ? null : liveOf(main);
if (live !== null) watch(live);
else if (main?.dataset['retrySeconds'] !== undefined) comeAgain(Number(main.dataset['retrySeconds']));
