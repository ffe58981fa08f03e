/** What a visitor may send as path, browser or user agent, for every suite that holds cards to being words alone. */

const EVIL_LINK = 'https://evil.example/a';

/** What visitors try. The first is harmless and sets the structure that all others must have. */
export const HOSTILE_WORDS: Readonly<Record<string, string>> = {
  markdown: `**bold** _it_ [click](${EVIL_LINK}) ![x](${EVIL_LINK}.png) # head \`code\``,
  'markdown list': '- one\n- two\n1. three',
  html: `<a href="${EVIL_LINK}">x</a><img src=x onerror=alert(1)><script>alert(1)</script></p></td>`,
  mentions: '@all @everyone <!channel> <@U0123> <at>rpm</at> {{user}}',
  'header injection': 'x\r\nBcc: eve@evil.example\r\nSubject: other\r\n\r\n<b>body</b>',
  'text direction': '/\u202Egnp.exe\u2066\u200F',
  'bare link': EVIL_LINK,
  'json and templates': '"},{"type":"Action.OpenUrl"} ${host} {{DATE(2026-01-01)}}',
  'very long': `/${'a'.repeat(10_000)}`,
  'half a character': '/\uD83D',
};
