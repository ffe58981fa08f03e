/**
 * The HTML part: one table, inline styles, no image, no script, nothing fetched. Mail programs that know `style` get
 * the dark colours; the others show the light ones.
 */
import type { EmailWords } from './email-words.js';

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

const DARK = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .page { background-color: #101418 !important; }
    .card { background-color: #1a2027 !important; border-color: #2e3741 !important; }
    .strong { color: #f2f5f7 !important; }
    .quiet { color: #a3b0bc !important; }
    .line { border-color: #2e3741 !important; }
    .link { color: #8ab8ff !important; }
  }`;

const STYLES = {
  page: 'margin:0;padding:0;background-color:#f3f5f7;',
  card: 'max-width:520px;background-color:#ffffff;border:1px solid #dde3e8;border-radius:12px;border-collapse:separate;',
  brand: `padding:20px 24px 0;font:600 12px/16px ${FONT};letter-spacing:.06em;text-transform:uppercase;color:#5b6875;`,
  title: `margin:0;padding:6px 24px 0;font:600 22px/28px ${FONT};color:#14202b;`,
  lead: `padding:6px 24px 16px;font:400 15px/22px ${FONT};color:#5b6875;`,
  label: `padding:9px 12px 9px 24px;width:84px;vertical-align:top;border-top:1px solid #e8ecf0;font:400 13px/20px ${FONT};color:#5b6875;`,
  value: `padding:9px 24px 9px 0;vertical-align:top;border-top:1px solid #e8ecf0;font:500 14px/20px ${FONT};color:#14202b;word-break:break-word;overflow-wrap:anywhere;`,
  action: 'padding:12px 24px 4px;border-top:1px solid #e8ecf0;',
  link: `display:inline-block;font:600 17px/44px ${FONT};color:#0b5cd5;text-decoration:underline;`,
  note: `padding:2px 24px;font:400 13px/19px ${FONT};color:#5b6875;`,
} as const;

export function emailHtml({ title, lead, facts, link, notes }: EmailWords): string {
  const rows = [
    row(`<td colspan="2" class="quiet" style="${STYLES.brand}">Koder Gate</td>`),
    row(`<td colspan="2"><h1 class="strong" style="${STYLES.title}">${escaped(title)}</h1></td>`),
    row(`<td colspan="2" class="quiet" style="${STYLES.lead}">${escaped(lead)}</td>`),
    ...facts.map(({ label, value, isHost }) =>
      row(
        `<td class="quiet line" style="${STYLES.label}">${escaped(label)}</td>`,
        `<td class="strong line" style="${STYLES.value}">${isHost ? broken(escaped(value)) : escaped(value)}</td>`,
      ),
    ),
    ...(link === null ? [] : [row(`<td colspan="2" class="line" style="${STYLES.action}">${anchor(link)}</td>`)]),
    ...notes.map((note) => row(`<td colspan="2" class="quiet" style="${STYLES.note}">${escaped(note)}</td>`)),
    row('<td colspan="2" style="height:20px;line-height:20px;font-size:0;">&nbsp;</td>'),
  ];
  return page(title, rows);
}

function page(title: string, rows: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    '<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">',
    '<meta name="robots" content="noindex, nofollow">',
    `<title>${escaped(title)}</title>`,
    `<style>${DARK}`,
    '</style>',
    '</head>',
    `<body class="page" style="${STYLES.page}">`,
    `<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="${STYLES.page}">`,
    '<tr><td align="center" style="padding:16px 12px;">',
    `<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="${STYLES.card}">`,
    ...rows,
    '</table>',
    '</td></tr>',
    '</table>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function row(...cells: readonly string[]): string {
  return ['<tr>', ...cells, '</tr>'].join('\n');
}

function anchor(link: { readonly label: string; readonly url: string }): string {
  return `<a class="link" style="${STYLES.link}" href="${escaped(link.url)}">${escaped(link.label)}</a>`;
}

/** A place to break after each dot: long names wrap, and no mail program takes the pieces for one name to link. */
function broken(host: string): string {
  return host.replaceAll('.', '.<wbr>');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
