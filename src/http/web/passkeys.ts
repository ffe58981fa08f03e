/**
 * Forms that a passkey fills. The server is asked for a question, the browser for its answer, and the form is sent with it, so that
 * the server's own pages say what came of it. Where a browser has no passkeys, forms that are for nothing else stay hidden.
 *
 * `data-passkey` says what for, `data-question` where the question is. Loaded after the library, which is no module.
 */

interface Library {
  browserSupportsWebAuthn(): boolean;
  browserSupportsWebAuthnAutofill(): Promise<boolean>;
  startAuthentication(of: { optionsJSON: unknown; useBrowserAutofill?: boolean }): Promise<unknown>;
  startRegistration(of: { optionsJSON: unknown }): Promise<unknown>;
}

const library = (globalThis as { SimpleWebAuthnBrowser?: Library }).SimpleWebAuthnBrowser;
/** The forms that the browser is asking about. */
const filling = new Set<HTMLFormElement>();
/** Where a browser offers a passkey beside what it remembers of addresses. */
const AUTOFILLED = 'input[autocomplete$="webauthn"]';

/** `verdict`: the approval that it is for. */
async function question(form: HTMLFormElement, verdict: string | null): Promise<unknown> {
  const csrf = form.querySelector<HTMLInputElement>('input[name="csrf"]')?.value ?? '';
  const answer = await fetch(form.dataset['question'] ?? '', {
    method: 'POST',
    body: new URLSearchParams(verdict === null ? { csrf } : { csrf, verdict }),
    headers: { accept: 'application/json' },
  });
  if (!answer.ok) throw new Error(`no question: ${String(answer.status)}`);
  return answer.json();
}

function send(form: HTMLFormElement, answer: unknown): void {
  const field = form.querySelector<HTMLInputElement>('input[name="answer"]');
  if (field === null) return;
  field.value = JSON.stringify(answer);
  form.submit();
}

async function fill(form: HTMLFormElement, of: Library, verdict: string | null): Promise<void> {
  const trouble = form.querySelector<HTMLElement>('[role="alert"]');
  trouble?.setAttribute('hidden', '');
  forgetDone();
  try {
    const optionsJSON = await question(form, verdict);
    const answer =
      form.dataset['passkey'] === 'add'
        ? await of.startRegistration({ optionsJSON })
        : await of.startAuthentication({ optionsJSON });
    sayPressed(form, verdict);
    send(form, answer);
  } catch {
    // given up by the person, refused by the device, or no question; where the form says nothing of that, the next page does
    if (trouble !== null) return trouble.removeAttribute('hidden');
    sayPressed(form, verdict);
    addPressed(form, 'not_given', 'yes');
    form.submit();
  }
}

/** What came of the press before is not what comes of this one: in its place stands what the page is about. */
function forgetDone(): void {
  const done = document.querySelector<HTMLElement>('[data-done]');
  const heading = document.createElement('h1');
  heading.textContent = done?.dataset['done'] ?? '';
  done?.replaceWith(heading);
}

/** While the browser asks, further presses do nothing. The button keeps the focus, which one that is disabled would lose. */
async function fillOnce(form: HTMLFormElement, of: Library, pressed: Pressed): Promise<void> {
  if (filling.has(form)) return;
  filling.add(form);
  pressed.button?.setAttribute('aria-disabled', 'true');
  await fill(form, of, pressed.verdict);
  pressed.button?.removeAttribute('aria-disabled');
  filling.delete(form);
}

interface Pressed {
  readonly button: HTMLElement | null;
  readonly verdict: string | null;
}

/** A form that a script sends has not the button that was pressed. */
function sayPressed(form: HTMLFormElement, verdict: string | null): void {
  if (verdict === null || form.querySelector('input[name="verdict"]') !== null) return;
  addPressed(form, 'verdict', verdict);
}

function addPressed(form: HTMLFormElement, name: string, value: string): void {
  const field = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
  field.dataset['pressed'] = '';
  form.append(field);
}

/** What a press of before left behind: a browser may show the page again as it was. */
function forgetPressed(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll('input[data-pressed]')) field.remove();
}

/** Null: the form is for no approval. */
function verdictOf(form: HTMLFormElement, pressed: HTMLElement | null): string | null {
  if (form.dataset['passkey'] !== 'approve') return null;
  if (pressed instanceof HTMLButtonElement && pressed.name === 'verdict') return pressed.value;
  return form.querySelector<HTMLInputElement>('input[name="verdict"]')?.value ?? null;
}

/** Waits until a passkey is chosen from what the browser offers at the address; given up, nothing is said. */
async function autofill(form: HTMLFormElement, of: Library): Promise<void> {
  if (document.querySelector(AUTOFILLED) === null || !(await of.browserSupportsWebAuthnAutofill())) return;
  try {
    const optionsJSON = await question(form, null);
    send(form, await of.startAuthentication({ optionsJSON, useBrowserAutofill: true }));
  } catch {
    return; // the button was pressed instead, or the page is left
  }
}

if (library?.browserSupportsWebAuthn() === true) {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      forgetPressed(form);
      const verdict = verdictOf(form, event.submitter);
      if (verdict?.startsWith('deny') === true) return; // that needs no proof
      event.preventDefault();
      void fillOnce(form, library, { button: event.submitter, verdict });
    });
    if (form.dataset['passkey'] === 'sign-in') void autofill(form, library);
  }
}
