/** One message as an element: the card by the Adaptive Cards renderer, or its plain text where that fails. */
import type * as Sdk from 'adaptivecards';
import { HOST_CONFIG } from './host-config.js';
import type { Said } from './post.js';

declare const AdaptiveCards: typeof Sdk;

export interface MessageView {
  readonly id: string;
  readonly revision: number;
  readonly text: string;
  readonly card: unknown;
  readonly sentAtMs: number;
}

export interface Tap {
  readonly message: string;
  readonly verb: string;
  readonly data: unknown;
}

/** A decided card follows within a second; when it does not, the buttons come back. */
const REDRAW_PATIENCE_MS = 5_000;

/** `onTap` answers when the bot has: until then the buttons rest. */
export function drawMessage(message: MessageView, onTap: (tap: Tap) => Promise<Said>): HTMLElement {
  const article = element('article', 'message');
  article.dataset['id'] = message.id;
  article.dataset['revision'] = String(message.revision);
  const time = element('time', 'sent');
  const sentAt = new Date(message.sentAtMs).toISOString();
  time.dateTime = sentAt;
  time.textContent = `${sentAt.slice(0, 16).replace('T', ' ')} UTC`; // local-times.js shows it in the reader's own time
  const body = drawCard(message, {
    onExecute: (action) => void tapped(article, { message, action, onTap }),
    // what opened is below the buttons, and may be below the phone's edge
    onOpened: () => article.scrollIntoView({ block: 'end', behavior: 'smooth' }),
  });
  article.append(body ?? plain(message.text), time);
  article.dataset['state'] = isAsking(message.card) ? 'open' : 'answered';
  return article;
}

/** A private answer: shown only to this person, only in this tab, and not stored. */
export function drawAnswer(said: Said): HTMLElement {
  const note = element('p', 'private');
  note.dataset['ok'] = String(said.isOk);
  const caption = element('span', 'caption');
  caption.textContent = 'Only you see this';
  const words = element('span', 'words');
  words.textContent = said.text;
  note.append(words, caption);
  return note;
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

/** Whether a card still asks something: it has buttons other than the one that undoes an answer. */
function isAsking(card: unknown): boolean {
  if (typeof card !== 'object' || card === null || !('actions' in card) || !Array.isArray(card.actions)) return false;
  return card.actions.length > 0 && !JSON.stringify(card.actions).includes('"verb":"revoke"');
}

/** Text is text: a card's markdown is shown as it stands, whoever wrote it. */
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (_text, result) => {
  result.didProcess = false;
};

interface CardEvents {
  readonly onExecute: (action: Sdk.ExecuteAction) => void;
  /** A button has shown what it opens. */
  readonly onOpened: () => void;
}

function drawCard(message: MessageView, { onExecute, onOpened }: CardEvents): HTMLElement | null {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(HOST_CONFIG);
  card.onExecuteAction = (action) => {
    if (action instanceof AdaptiveCards.ExecuteAction) onExecute(action);
    else if (action instanceof AdaptiveCards.OpenUrlAction) openLink(action.url);
  };
  card.onInlineCardExpanded = (_action, isExpanded) => {
    if (isExpanded) onOpened();
  };
  try {
    card.parse(message.card);
    return card.render() ?? null;
  } catch {
    return null; // whatever is wrong with the card, its text can be read
  }
}

async function tapped(
  article: HTMLElement,
  what: { message: MessageView; action: Sdk.ExecuteAction; onTap: (tap: Tap) => Promise<Said> },
): Promise<void> {
  if (article.getAttribute('aria-busy') === 'true') return;
  rest(article, true);
  article.querySelector('.private')?.remove();
  const { message, action } = what;
  const said = await what.onTap({ message: message.id, verb: action.verb, data: action.data ?? {} });
  // The final card may have come before the answer: the answer stands under whichever card is there now.
  const current = article.isConnected ? article : document.querySelector(`[data-id="${CSS.escape(message.id)}"]`);
  current?.append(drawAnswer(said));
  current?.scrollIntoView({ block: 'nearest' });
  if (said.isOk) setTimeout(rest, REDRAW_PATIENCE_MS, article, false);
  else rest(article, false);
}

function rest(article: HTMLElement, isBusy: boolean): void {
  article.setAttribute('aria-busy', String(isBusy));
  for (const button of article.querySelectorAll('button')) button.disabled = isBusy;
}

function plain(text: string): HTMLElement {
  const paragraph = element('p', 'plain');
  paragraph.textContent = text;
  return paragraph;
}

/** Only the web: a card may come from any bot. */
function openLink(url: string | undefined): void {
  if (url !== undefined && /^https?:\/\//i.test(url)) window.open(url, '_blank', 'noopener,noreferrer');
}
