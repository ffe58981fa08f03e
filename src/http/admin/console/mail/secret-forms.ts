/** A form for each secret that a provider may have. What is typed is not shown, and no page ever has it. */
import { html, type Html } from '../../../../base/text/html.js';
import type { MailSecretPurpose } from '../../../../contract/mail-records.js';
import type { MailProviderLine } from '../../../../contract/operators-mail.js';

interface Kind {
  readonly purpose: MailSecretPurpose;
  readonly words: string;
  /** PEM, on many lines. */
  readonly isLong?: true;
}

const KINDS: Readonly<Record<MailProviderLine['kind'], readonly Kind[]>> = {
  smtp: [
    { purpose: 'smtp.password', words: 'Password' },
    { purpose: 'smtp.refresh_token', words: 'Refresh token' },
    { purpose: 'smtp.client_secret', words: 'Secret of the client at the token endpoint' },
    { purpose: 'smtp.dkim_key', words: 'DKIM key, in PEM', isLong: true },
  ],
  graph: [
    { purpose: 'graph.client_secret', words: "The application's secret" },
    { purpose: 'graph.certificate', words: 'Certificate and private key, in PEM', isLong: true },
  ],
};

export function secretForms(
  { kind, secrets, lacks }: MailProviderLine,
  formOf: (purpose: MailSecretPurpose) => { readonly action: string; readonly csrf: string },
): Html {
  const used = new Set<string>([...lacks, ...secrets.map(({ purpose }) => purpose)]);
  const all = KINDS[kind].map((one) => ({ ...one, isUsed: used.has(one.purpose) }));
  const rare = all.filter(({ isUsed }) => !isUsed);
  return html`${all.filter(({ isUsed }) => isUsed).map((one) => secretForm(one, formOf(one.purpose)))}
  ${
    rare.length > 0 &&
    html`<details>
      <summary>Others</summary>
      ${rare.map((one) => secretForm(one, formOf(one.purpose)))}
    </details>`
  }`;
}

function secretForm(
  { purpose, words, isLong }: Kind,
  { action, csrf }: { readonly action: string; readonly csrf: string },
): Html {
  const id = purpose.replace('.', '-');
  const field = isLong
    ? html`<textarea
        class="field"
        id="${id}"
        name="secret"
        rows="4"
        autocomplete="off"
        spellcheck="false"
        required
      ></textarea>`
    : html`<input class="field" id="${id}" name="secret" type="password" autocomplete="new-password" required />`;
  return html`<form class="filter roomy" method="post" action="${action}">
    <input type="hidden" name="csrf" value="${csrf}" />
    <input type="hidden" name="purpose" value="${purpose}" />
    <div><label for="${id}">${words}</label>${field}</div>
    <button>Put it</button>
  </form>`;
}
