/** The mailbox's pages as HTML. Every word of a mail is escaped; its HTML part stands in a frame that can do nothing. */
import type { StoredMail } from './mail-store.js';

export function listPage(mails: readonly StoredMail[], base: string): string {
  const items = mails.map(({ id, mail, receivedAtMs }) => {
    const to = (mail.to ?? []).map(({ address }) => address ?? '').join(', ');
    const about = `to ${escaped(to)}, ${timeElement(receivedAtMs)}`;
    return `<li><a href="${base}/${id}"><strong>${escaped(mail.subject ?? '(no subject)')}</strong><span>${about}</span></a></li>`;
  });
  const list =
    items.length === 0
      ? '<div class="box empty">No mail yet. Open the protected site, and it arrives here by itself.</div>'
      : `<ul class="box list">${items.join('\n')}</ul>`;
  const seen = mails[0]?.id ?? '';
  const script = `<script src="${base}/mailbox.js" data-events="${base}/events?seen=${seen}"></script>`;
  return page('Mailbox', { base, body: `<h1>Mailbox</h1>\n<p>Every mail the demo has sent.</p>\n${list}\n${script}` });
}

export function mailPage({ id, mail }: StoredMail, base: string): string {
  const rows = mail.headers.map(
    ({ originalKey, value }) => `<tr><th scope="row">${escaped(originalKey)}</th><td>${escaped(value)}</td></tr>`,
  );
  const subject = mail.subject ?? '(no subject)';
  const frame = `<iframe title="The mail" src="${base}/${id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
  return page(subject, {
    base,
    body: [
      `<a class="back" href="${base}">← All mails</a>`,
      `<h1>${escaped(subject)}</h1>`,
      ...(mail.html === undefined ? [] : [`<h2>HTML part</h2><div class="box">${frame}</div>`]),
      ...(mail.text === undefined ? [] : [`<h2>Text part</h2><pre class="box">${escaped(mail.text)}</pre>`]),
      `<h2>Headers</h2><div class="box"><table>${rows.join('\n')}</table></div>`,
      `<p><a class="back" href="${base}/${id}/raw">As it came</a></p>`,
    ].join('\n'),
  });
}

export function missingPage(base: string): string {
  return page('No such mail', {
    base,
    body: `<h1>No such mail</h1>\n<p><a class="back" href="${base}">← All mails</a></p>`,
  });
}

/** The HTML part itself; its links open a window of their own, since nothing may load inside the frame. */
export function partOf({ mail }: StoredMail): string {
  const html = mail.html ?? '';
  const base = '<base target="_blank">';
  return /<head>/i.test(html) ? html.replace(/<head>/i, `$&${base}`) : `${base}${html}`;
}

function page(title: string, { base, body }: { base: string; body: string }): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="robots" content="noindex, nofollow">',
    `<title>${escaped(title)}</title>`,
    `<link rel="stylesheet" href="${base}/mailbox.css">`,
    `<script type="module" src="${base}/local-times.js"></script>`,
    '</head>',
    `<body><main>${body}</main></body>`,
    '</html>',
    '',
  ].join('\n');
}

function timeElement(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
