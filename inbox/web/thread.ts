/** The thread: messages in the order they were sent, each in its newest form; private answers where they belong. */
import { drawAnswer, drawMessage, element, type MessageView, type Tap } from './card.js';
import type { Said } from './post.js';

export interface Thread {
  /** Puts a message there, or redraws it; an older revision changes nothing. */
  show(message: MessageView): void;
  /** What this person wrote, and the bot's answer to it. */
  dialogue(line: string): { answer(said: Said): void };
}

const NEAR_END_PX = 120;

export function createThread(root: HTMLElement, onTap: (tap: Tap) => Promise<Said>): Thread {
  const titleAtStart = document.title;

  function countOpen(): void {
    const open = root.querySelectorAll('.message[data-state="open"]').length;
    document.title = open === 0 ? titleAtStart : `(${String(open)}) ${titleAtStart}`;
  }

  function add(child: HTMLElement): void {
    const isAtEnd = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_END_PX;
    root.querySelector('#empty')?.remove();
    root.append(child);
    if (isAtEnd) root.scrollTop = root.scrollHeight;
  }

  return {
    show(message) {
      const known = root.querySelector<HTMLElement>(`[data-id="${CSS.escape(message.id)}"]`);
      if (known !== null && Number(known.dataset['revision']) >= message.revision) return;
      const drawn = drawMessage(message, onTap);
      if (known === null) add(drawn);
      else replace(known, drawn);
      countOpen();
    },
    dialogue(line) {
      const mine = element('p', 'mine');
      mine.textContent = line;
      add(mine);
      root.scrollTop = root.scrollHeight;
      return {
        answer(said) {
          mine.after(drawAnswer(said));
          root.scrollTop = root.scrollHeight;
        },
      };
    },
  };
}

/** A private answer under the card outlives its redrawing, and so does the reader's place in the page. */
function replace(known: HTMLElement, drawn: HTMLElement): void {
  const answer = known.querySelector('.private');
  const hadFocus = known.contains(document.activeElement);
  if (answer !== null) drawn.append(answer);
  known.replaceWith(drawn);
  if (!hadFocus) return;
  drawn.tabIndex = -1;
  drawn.focus({ preventScroll: true });
}
