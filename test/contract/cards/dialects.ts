/** Every dialect of `cards/`, each with its reader. A new channel's card joins the suite by a line of `dialects`. */
import { adaptiveCard, adaptiveText } from '../../../cards/adaptive.js';
import { discordCard } from '../../../cards/discord.js';
import { emailCard } from '../../../cards/email.js';
import { SLACK_ACTIONS, slackCard } from '../../../cards/slack.js';
import {
  callbackPayload,
  consumerPayload,
  type CallbackPayload,
  type ConsumerPayload,
} from '../../../cards/webhook.js';
import type { ApproverId } from '../../../src/approval/brand.js';
import type { CardView } from '../../../src/approval/card-view.js';
import { TOKEN } from '../../fixtures/cards/adaptive-cases.js';
import { readDiscord } from '../../fakes/discord-reader.js';
import { linksOf, tagsOf, wordsOf } from '../../fakes/read-mail.js';
import { controlsOf, readMessage } from '../../fakes/slack-reader.js';
import { readCard } from '../../fakes/talk-reader.js';
import type { Dialect, Drawing } from './case.js';

const ADMIN = 'somebody.else@koder.dev' as ApproverId;
const NO_FIELD = 'the payload has no field for it';
const ONE_LINE = 'one line for clients that draw no cards';
const MAILED_ONCE = 'a mail is sent once: the page behind its link tells the outcome';
/** What a receiver takes unasked, by the advice of Standard Webhooks. */
const MAX_WEBHOOK_BYTES = 20_000;

export const dialects: readonly Dialect[] = [
  {
    name: 'adaptive card',
    asks: 'in-chat',
    maxBytes: 64_000,
    tokenPlaces: [`"data":{"token":"${TOKEN}"}`, `"data":{"token":"${TOKEN}","ttl_seconds":`],
    lacks: {},
    draw: drawAdaptive,
  },
  {
    name: 'the words beside an adaptive card',
    asks: 'by-link',
    maxBytes: 4_000,
    tokenPlaces: [],
    lacks: {
      path: ONE_LINE,
      browser: ONE_LINE,
      environment: ONE_LINE,
      time: ONE_LINE,
      person: ONE_LINE,
      duration: ONE_LINE,
      when: ONE_LINE,
      until: ONE_LINE,
      decider: 'plain text cannot keep clients from linking a handle that is a URL',
    },
    draw: drawAdaptiveWords,
  },
  {
    name: 'discord message',
    asks: 'in-chat',
    // Ours: Discord counts characters field by field, and a message that stays below this is read without scrolling.
    maxBytes: 6_000,
    tokenPlaces: ['approve', 'deny', 'for'].map((verb) => `gate:${verb}:${TOKEN}`),
    lacks: {},
    draw: drawDiscord,
  },
  {
    name: 'slack message',
    asks: 'in-chat',
    // Slack's own bound is 13,000 characters; what the longest words of strangers come to stays far below.
    maxBytes: 10_000,
    tokenPlaces: [`"value":"${TOKEN}"`, `"value":"${TOKEN}:`],
    lacks: {},
    draw: drawSlack,
  },
  {
    name: 'mail',
    asks: 'by-link',
    // Gmail cuts a longer one off.
    maxBytes: 102_000,
    tokenPlaces: [],
    lacks: { when: MAILED_ONCE, until: MAILED_ONCE },
    draw: drawMail,
  },
  {
    name: "a consumer's payload",
    asks: 'by-link',
    maxBytes: MAX_WEBHOOK_BYTES,
    tokenPlaces: [`"token":"${TOKEN}"`],
    lacks: {
      path: NO_FIELD,
      browser: 'the user agent goes as the browser sent it',
      person: NO_FIELD,
      duration: NO_FIELD,
      decided: 'a consumer is asked, never told',
      drill: 'a consumer is asked by the fields of a request, and a drill has none',
    },
    draw: (view) => readPayload(consumerPayload(view, ADMIN)),
  },
  {
    name: "a producer's callback",
    asks: 'nothing',
    maxBytes: MAX_WEBHOOK_BYTES,
    tokenPlaces: [],
    lacks: {
      path: NO_FIELD,
      browser: NO_FIELD,
      environment: NO_FIELD,
      time: NO_FIELD,
      person: NO_FIELD,
      pending: 'a producer is told, never asked',
      refusal: 'the outcome is a word of its own',
      nobody: 'its field for the decider names the clock',
      'no-token': 'a producer knows its request by the token',
      reason: NO_FIELD,
      revocation: 'a producer is told once, when the request ends',
      drill: 'a producer is told of its own requests alone',
    },
    draw: (view) => readPayload(callbackPayload(view, TOKEN)),
  },
];

function drawAdaptive(view: CardView): Drawing {
  const raw = JSON.stringify(adaptiveCard(view));
  const { text, links, buttons, structure } = readCard(raw);
  const decides = buttons.filter((verb) => verb === 'approve' || verb === 'deny');
  const titles = [...raw.matchAll(/"title":"([^"]*)"/g)].map(([, title = '']) => title);
  const durations = [...raw.matchAll(/"ttl_seconds":(\d+)/g)].map(([, seconds]) => Number(seconds));
  const revokes = raw.includes('"verb":"revoke"');
  return { words: [text, ...titles].join('\n'), links, decides, durations, revokes, structure, raw };
}

function drawDiscord(view: CardView): Drawing {
  const message = discordCard(view);
  const { text, links, buttons, structure } = readDiscord(message as unknown as Record<string, unknown>);
  const decides = buttons.filter((verb) => verb === 'approve' || verb === 'deny');
  const durations = [...JSON.stringify(message.components).matchAll(/"value":"(\d+)"/g)].map(([, seconds]) =>
    Number(seconds),
  );
  const revokes = buttons.includes('revoke');
  return { words: text, links, decides, durations, revokes, structure, raw: JSON.stringify(message) };
}

/** What is answered by its link decides nothing in place. */
const BY_LINK = { decides: [], durations: [], revokes: false } as const;

function drawSlack(view: CardView): Drawing {
  const message = slackCard(view);
  const { text, links, buttons, structure } = readMessage(message);
  const controls = controlsOf(message.blocks);
  const words = [text, ...controls.map(({ label }) => label)].join('\n');
  const decides = buttons.filter((verb) => verb === 'approve' || verb === 'deny');
  const durations = controls.flatMap(({ isOption, value }) => (isOption ? [Number(value?.split(':')[1])] : []));
  const revokes = controls.some(({ actionId }) => actionId === SLACK_ACTIONS.revoke);
  return { words, links, decides, durations, revokes, structure, raw: JSON.stringify(message) };
}

/** Plain text by the wire's contract; clients still link what looks like a URL. */
function drawAdaptiveWords(view: CardView): Drawing {
  const raw = adaptiveText(view);
  const links = raw.match(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi) ?? [];
  return { ...BY_LINK, words: raw, links, structure: linesOf(raw), raw };
}

/** Nothing of a mail decides but what its links lead to: forms and scripts would show in its structure. */
function drawMail(view: CardView): Drawing {
  const { subject, text, html } = emailCard(view);
  return {
    ...BY_LINK,
    words: [subject, text, wordsOf(html)].join('\n').replaceAll('\u200b', ''),
    links: linksOf(text, { htmlPart: html, subject }),
    decides: /<(form|button|input|script)\b/i.test(html) ? ['approve', 'deny'] : [],
    structure: [linesOf(subject), linesOf(text), html.split('<').length, tagsOf(html)].join('\n'),
    raw: [subject, text, html].join('\n'),
  };
}

/** A receiver takes a field for a link by its name. */
function readPayload(payload: ConsumerPayload | CallbackPayload | null): Drawing | null {
  if (payload === null) return null;
  const fields: readonly (readonly [string, string | number | null])[] = Object.entries(payload);
  return {
    ...BY_LINK,
    words: fields.flatMap(([, value]) => (value === null ? [] : [String(value)])).join('\n'),
    links: fields.flatMap(([name, value]) => (name.endsWith('_url') ? [String(value)] : [])),
    structure: fields.map(([name, value]) => `${name}: ${typeof value}`).join('\n'),
    raw: JSON.stringify(payload),
  };
}

function linesOf(text: string): string {
  return `${String(text.split(/[\r\n\u2028\u2029]/).length)} lines`;
}
