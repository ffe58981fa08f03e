/** The HTML part of a mail that was ordered as plain text. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function htmlOf(plain: string): string {
  const escaped = plain.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
  return `<!doctype html><html><body><div style="white-space:pre-wrap">${escaped.replace(/\r\n?/g, '\n')}</div></body></html>`;
}
