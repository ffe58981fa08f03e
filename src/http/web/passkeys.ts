/**
 * Forms that a passkey fills. The server is asked for a question, the browser for its answer, and the form is sent with it, so that
 * the server's own pages say what came of it. Where a browser has no passkeys the forms stay hidden.
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
/** Where a browser offers a passkey beside what it remembers of addresses. */
const AUTOFILLED = 'input[autocomplete$="webauthn"]';

async function question(form: HTMLFormElement): Promise<unknown> {
  const csrf = form.querySelector<HTMLInputElement>('input[name="csrf"]')?.value ?? '';
  const answer = await fetch(form.dataset['question'] ?? '', {
    method: 'POST',
    body: new URLSearchParams({ csrf }),
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

async function fill(form: HTMLFormElement, of: Library): Promise<void> {
  const trouble = form.querySelector<HTMLElement>('[role="alert"]');
  trouble?.setAttribute('hidden', '');
  try {
    const optionsJSON = await question(form);
    send(
      form,
      form.dataset['passkey'] === 'add'
        ? await of.startRegistration({ optionsJSON })
        : await of.startAuthentication({ optionsJSON }),
    );
  } catch {
    trouble?.removeAttribute('hidden'); // given up by the person, refused by the device, or no question
  }
}

/** Waits until a passkey is chosen from what the browser offers at the address; given up, nothing is said. */
async function autofill(form: HTMLFormElement, of: Library): Promise<void> {
  if (document.querySelector(AUTOFILLED) === null || !(await of.browserSupportsWebAuthnAutofill())) return;
  try {
    const optionsJSON = await question(form);
    send(form, await of.startAuthentication({ optionsJSON, useBrowserAutofill: true }));
  } catch {
    return; // the button was pressed instead, or the page is left
  }
}

if (library?.browserSupportsWebAuthn() === true) {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void fill(form, library);
    });
    if (form.dataset['passkey'] === 'sign-in') void autofill(form, library);
  }
}
