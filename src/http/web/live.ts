/**
 * Keeps a page of the console as it is now: when the gate says that something has changed, the page is asked for anew, and what differs
 * is put in place, card by card. A card in which somebody types, has unfolded or marked something stays until they have done.
 */

const REDRAWN_WITHIN_MS = 10_000;
/** Whoever has sent a form, to sign out say, is on their way to what it answers: a reload would take them back. */
const ANSWERED_WITHIN_MS = 10_000;

const livePage = document.querySelector('main');
const livesAt = livePage?.dataset['live'];

/** As the gate sent them, before this browser showed times in its own time. */
let sent: readonly string[] = [];
const state = { isAsking: false, isStale: false, isSending: false };

function cardsOf(root: ParentNode): readonly Element[] {
  return [...root.querySelectorAll('main > *')];
}

function isInUse(card: Element): boolean {
  const { activeElement: focused } = document;
  const isTyping =
    focused !== null && card.contains(focused) && focused.matches('input, select, textarea, button, summary');
  const isUnfolded = card.querySelector('details[open]') !== null;
  const marked = getSelection();
  const isMarked = marked !== null && !marked.isCollapsed && marked.containsNode(card, true);
  return isTyping || isUnfolded || isMarked;
}

async function ask(): Promise<Document | null> {
  const headers = { accept: 'text/html' };
  const signal = AbortSignal.timeout(REDRAWN_WITHIN_MS);
  const answer = await fetch(location.href, { headers, cache: 'no-store', redirect: 'error', signal }).catch(
    () => null,
  );
  const text = answer?.ok === true ? await answer.text().catch(() => '') : '';
  return text === '' ? null : new DOMParser().parseFromString(text, 'text/html');
}

async function refresh(): Promise<void> {
  state.isStale = true;
  if (state.isAsking || !isWanted()) return;
  state.isAsking = true;
  while (isWanted()) {
    state.isStale = false;
    const next = await ask();
    if (next !== null) put(next);
  }
  state.isAsking = false;
}

function isWanted(): boolean {
  return state.isStale && document.visibilityState === 'visible';
}

function put(next: Document): void {
  const [shown, wanted] = [cardsOf(document), cardsOf(next)];
  const texts = wanted.map((card) => card.outerHTML);
  if (shown.length === wanted.length) {
    const kept = shown.map((card, index) => replaced(card, wanted[index], sent[index] === texts[index]));
    sent = texts.map((text, index) => (kept[index] === true ? text : ''));
  } else if (!shown.some(isInUse)) {
    livePage?.replaceChildren(...wanted);
    sent = texts;
  }
}

/** Whether what is shown is what was sent now. */
function replaced(card: Element, wanted: Element | undefined, isSame: boolean): boolean {
  if (isSame || wanted === undefined) return true;
  if (isInUse(card)) return false;
  const hadFocus = card.contains(document.activeElement);
  const href = hadFocus ? document.activeElement?.getAttribute('href') : null;
  card.replaceWith(wanted);
  if (href !== null && href !== undefined) wanted.querySelector<HTMLElement>(`a[href="${CSS.escape(href)}"]`)?.focus();
  return true;
}

function say(text: string): void {
  const link = document.querySelector('.refresh');
  if (link !== null) link.textContent = text;
}

function keepLive(url: string): void {
  const source = new EventSource(url);
  source.addEventListener('open', () => say('Live'));
  source.addEventListener('error', () => say('Refresh'));
  source.addEventListener('changed', () => void refresh());
  source.addEventListener('beat', () => void refresh());
  // signed out, or with other rights than before: the gate says what to do
  source.addEventListener('ended', () => {
    source.close();
    setTimeout(() => location.reload(), state.isSending ? ANSWERED_WITHIN_MS : 0);
  });
  document.addEventListener('submit', () => {
    state.isSending = true;
  });
  document.addEventListener('visibilitychange', () => {
    if (isWanted()) void refresh();
  });
}

if (livesAt !== undefined) keepLive(livesAt);
