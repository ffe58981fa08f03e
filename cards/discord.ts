/**
 * Card view -> a Discord message. Pure. An embed and not Components V2: a message of the latter has no content, and the
 * content is what a phone's notification shows. So the heading stands there, and the embed has the facts alone.
 */
import { drillSentence, outcomeSentence, revocationSentence, requestStatus } from '../src/approval/card-view.js';
import type { CardState, CardView, RequestStatus } from '../src/approval/card-view.js';
import { durationInWords } from '../src/approval/duration.js';
import { MAX_REASON_CODE_POINTS } from '../src/approval/request.js';
import { denialSentence } from '../src/approval/sentences.js';
import { customId } from './discord-custom-id.js';
import { BUTTON, COMPONENT, NO_MENTIONS } from './discord-schema.js';
import type { Button, EmbedField, Message, Row } from './discord-schema.js';
import { code, countdown, time, words } from './discord-text.js';

/** Ours: a card is read on a phone. DNS names end at 253 characters (RFC 1035, 2.3.4). */
const MAX_HOST_CODE_POINTS = 253;
const MAX_FACT_CODE_POINTS = 160;
const MAX_SENTENCE_CODE_POINTS = 300;
/** A reason, and who reads it. */
const MAX_REASON_LINE_CODE_POINTS = MAX_REASON_CODE_POINTS + 50;

type Pending = Extract<CardState, { kind: 'pending' }>;
type Decided = Extract<CardState, { kind: 'decided' }>;

const YELLOW = 0xf0b232;
const GREY = 0x80848e;
const HEADINGS = {
  approved: { text: '✅ Approved', color: 0x23a55a },
  denied: { text: '⛔ Denied', color: 0xf23f43 },
  expired: { text: '⌛ Expired', color: GREY },
  withdrawn: { text: '↩️ Withdrawn', color: GREY },
  revoked: { text: '🚫 Revoked', color: 0xf23f43 },
} as const satisfies Record<RequestStatus, { text: string; color: number }>;

/** A pending card has the buttons that its channel may use; a decided one at most Revoke; a drill none. */
export function discordCard(card: CardView): Message {
  const { state } = card;
  if (state.kind === 'pending') {
    return message(`🔒 Access requested: ${siteOf(card)}`, {
      color: YELLOW,
      fields: [...facts(card), field('Answer by', `${time(card.deadlineAtMs)} (${countdown(card.deadlineAtMs)})`)],
      ...footer(card, whyFewButtons(state)),
      components: pendingRows(state),
    });
  }
  if (state.kind === 'drill') {
    const description = words(drillSentence(state), MAX_SENTENCE_CODE_POINTS);
    return message('🧪 Drill', { color: GREY, description, fields: [], ...footer(card), components: [] });
  }
  const { text, color } = HEADINGS[requestStatus(state)];
  return message(`${text}: ${siteOf(card)}`, {
    color,
    description: decisionLines(state).join('\n'),
    fields: facts(card),
    ...footer(card),
    components: state.isRevocable ? [row([revokeButton(card)])] : [],
  });
}

type Drawn = Message['embeds'][number] & Pick<Message, 'components'>;

function message(content: string, { components, ...embed }: Drawn): Message {
  return { content, embeds: [embed], components, allowed_mentions: NO_MENTIONS };
}

/** `**stg.example.org** · stg` */
function siteOf({ host, environment }: CardView): string {
  return `**${words(host, MAX_HOST_CODE_POINTS)}** · ${environment}`;
}

/** The request's id, by which `/gate show` finds it, and we find our own card again. */
function footer({ requestId }: CardView, hint = ''): { readonly footer: { readonly text: string } } {
  return { footer: { text: `${hint}${discordMark(requestId)}` } };
}

/** The mark at the end of the footer of every card of a request. */
export function discordMark(requestId: CardView['requestId']): string {
  return `Request ${requestId}`;
}

function facts(card: CardView): readonly EmbedField[] {
  const rows: readonly (readonly [string, string | null])[] = [
    ['Address', card.address],
    ['Country', card.country],
    ['Browser', card.browser],
    ['Signed in as', card.person ?? null],
  ];
  return [
    { ...field('Path', code(card.path, MAX_FACT_CODE_POINTS)), inline: false },
    ...rows.flatMap(([name, value]) => (value === null ? [] : [field(name, code(value, MAX_FACT_CODE_POINTS))])),
    field('Time', time(card.openedAtMs)),
  ];
}

function field(name: string, value: string): EmbedField {
  return { name, value, inline: true };
}

function decisionLines(state: Decided): readonly string[] {
  const { outcome, atMs, grantedUntilMs, revocation } = state;
  const reason = denialSentence(state);
  const revoked = revocationSentence(state);
  return [
    `**${words(outcomeSentence(state), MAX_SENTENCE_CODE_POINTS)}**`,
    // an expired request was not answered, so it has no time of an answer
    ...(outcome === 'expired' ? [] : [`Answered ${time(atMs)}`]),
    ...(reason === null ? [] : [words(reason, MAX_REASON_LINE_CODE_POINTS)]),
    ...(grantedUntilMs === null || revoked !== null ? [] : [`May pass until ${time(grantedUntilMs)}`]),
    ...(revoked === null || revocation === undefined
      ? []
      : [`**${words(revoked, MAX_SENTENCE_CODE_POINTS)}** at ${time(revocation.atMs)}`]),
  ];
}

function whyFewButtons({ may }: Pending): string {
  switch (may) {
    case 'decide':
      return '';
    case 'deny_only':
      return 'To let the visitor in, open it in a browser · ';
    case 'link_only':
      return 'This site is decided in a browser · ';
  }
}

function pendingRows(state: Pending): readonly Row[] {
  const { token, confirmUrl, approveFor, may } = state;
  const approve: Button = {
    type: COMPONENT.button,
    style: BUTTON.success,
    label: approveFor === '' ? 'Approve' : `Approve — ${approveFor}`,
    custom_id: customId({ verb: 'approve', token }),
  };
  const deny: Button = {
    type: COMPONENT.button,
    style: BUTTON.danger,
    label: 'Deny',
    custom_id: customId({ verb: 'deny', token }),
  };
  const open: Button = { type: COMPONENT.button, style: BUTTON.link, label: 'Open in browser', url: confirmUrl };
  if (may === 'link_only') return [row([open])];
  if (may === 'deny_only') return [row([deny, open])];
  return [row([approve, deny, open]), ...durationRows(state)];
}

/** Picking one decides at once. A menu of one duration would only repeat the button. */
function durationRows({ token, ttlsSeconds }: Pending): readonly Row[] {
  if (ttlsSeconds.length < 2) return [];
  const options = ttlsSeconds.map((seconds) => ({ label: durationInWords(seconds), value: String(seconds) }));
  return [
    row([
      { type: COMPONENT.select, custom_id: customId({ verb: 'for', token }), placeholder: 'Approve for…', options },
    ]),
  ];
}

function revokeButton({ requestId }: CardView): Button {
  return {
    type: COMPONENT.button,
    style: BUTTON.danger,
    label: 'Revoke',
    custom_id: customId({ verb: 'revoke', requestId }),
  };
}

function row(components: Row['components']): Row {
  return { type: COMPONENT.row, components };
}
