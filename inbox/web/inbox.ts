/** The web inbox: loads what is there, stays live, sends taps and lines. */
import type { MessageView } from './card.js';
import { base, post } from './post.js';
import { createThread } from './thread.js';

const RECONNECT_MS = 4_000;

const thread = createThread(need('thread'), (tap) => post('/actions', tap));
const connection = need('connection');
say('connecting', 'Connecting');
need('empty').hidden = false;
listen();
compose();

/** Every connection begins with the whole list: what was missed in between is in it. */
function listen(): void {
  const source = new EventSource(`${base}/stream`);
  source.addEventListener('open', () => {
    void load();
  });
  source.addEventListener('message', (event: MessageEvent<string>) => {
    thread.show(JSON.parse(event.data) as MessageView);
  });
  source.addEventListener('error', () => {
    say('reconnecting', 'Reconnecting');
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, RECONNECT_MS);
  });
}

async function load(): Promise<void> {
  try {
    const response = await fetch(`${base}/messages`);
    if (response.status === 401) {
      say('signed-out', 'Signed out: reload');
      return;
    }
    const { messages } = (await response.json()) as { messages: readonly MessageView[] };
    for (const message of messages) thread.show(message);
    say('live', 'Live');
  } catch {
    say('reconnecting', 'Reconnecting'); // the stream comes back, and the list with it
  }
}

function compose(): void {
  const form = need('composer') as HTMLFormElement;
  const input = need('line') as HTMLInputElement;
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    const dialogue = thread.dialogue(text);
    void post('/lines', { text }).then((said) => {
      dialogue.answer(said);
    });
  });
}

function say(state: 'connecting' | 'live' | 'reconnecting' | 'signed-out', words: string): void {
  if (connection.dataset['state'] === state) return;
  connection.dataset['state'] = state;
  connection.textContent = words;
}

function need(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has an element #${id}`);
  return found;
}
