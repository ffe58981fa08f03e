/**
 * The part of Slack's Block Kit that our cards use, typed by hand (docs.slack.dev/reference/block-kit), and how each is
 * made. Untrusted text has two places alone: `RichText`, which no client parses, and `PlainText` without emoji.
 */
import { utcMinute } from '../src/approval/sentences.js';
import { piecesOf, unixSeconds } from './times-in-text.js';

/** Shown as it is written: no markup, no mention, no link, no `:emoji:`. */
export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** A text element of a rich text is never parsed: links and mentions are elements of their own there. */
export interface RichText {
  readonly type: 'text';
  readonly text: string;
  readonly style?: { readonly bold: true };
}

/** A time within a rich text, shown as the reader's own client and zone have it; `fallback` where it cannot. */
interface RichDate {
  readonly type: 'date';
  readonly timestamp: number;
  readonly format: string;
  readonly fallback: string;
}

/** Slack reads this for markup: it holds constants of ours and dates, and nothing of a visitor or of a file. */
export interface Dated {
  readonly type: 'mrkdwn';
  readonly text: string;
}

export type RichElement = RichText | RichDate;

export interface RichTextSection {
  readonly type: 'rich_text_section';
  readonly elements: readonly RichElement[];
}

interface RichTextList {
  readonly type: 'rich_text_list';
  readonly style: 'bullet';
  readonly elements: readonly RichTextSection[];
}

export interface RichTextBlock {
  readonly type: 'rich_text';
  readonly elements: readonly (RichTextSection | RichTextList)[];
}

interface Confirmation {
  readonly title: PlainText;
  readonly text: PlainText;
  readonly confirm: PlainText;
  readonly deny: PlainText;
  readonly style: 'danger';
}

export interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly value?: string;
  readonly url?: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: Confirmation;
}

interface Option {
  readonly text: PlainText;
  readonly value: string;
}

export interface StaticSelect {
  readonly type: 'static_select';
  readonly action_id: string;
  readonly placeholder: PlainText;
  readonly options: readonly Option[];
}

interface TextInput {
  readonly type: 'plain_text_input';
  readonly action_id: string;
  readonly multiline: true;
  readonly max_length: number;
}

interface Checkboxes {
  readonly type: 'checkboxes';
  readonly action_id: string;
  readonly options: readonly Option[];
}

export type Block =
  | RichTextBlock
  | { readonly type: 'header'; readonly text: PlainText }
  | {
      readonly type: 'section';
      readonly text: PlainText;
      readonly fields?: readonly Dated[];
      readonly accessory?: Button;
    }
  | { readonly type: 'context'; readonly elements: readonly (PlainText | Dated)[] }
  | { readonly type: 'actions'; readonly elements: readonly (Button | StaticSelect)[] }
  | {
      readonly type: 'input';
      readonly block_id: string;
      readonly label: PlainText;
      readonly hint?: PlainText;
      readonly optional: true;
      readonly element: TextInput | Checkboxes;
    }
  | { readonly type: 'divider' };

/** `text` is what notifications and screen readers say: mrkdwn by Slack's rules, so it carries escaped words alone. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
}

export function plain(text: string): PlainText {
  return { type: 'plain_text', text, emoji: false };
}

export function bold(text: string): RichText {
  return { type: 'text', text, style: { bold: true } };
}

export function words(text: string): RichText {
  return { type: 'text', text };
}

/** `May 11, 2026 12:19 PM`, or `today at`, by the reader's own settings (docs.slack.dev, “Date formatting”). */
const DATE_FORMAT = '{date_short_pretty} {time}';

/** Sentences of ours, each with the time that follows it or with none: `Answer by <!date^1778513340^…|… UTC>`. */
export function dated(...sentences: readonly (readonly [string, number?])[]): Dated {
  const told = sentences.map(([said, atMs]) => (atMs === undefined ? said : `${said} ${dateToken(atMs)}`));
  return { type: 'mrkdwn', text: told.join('. ') };
}

function dateToken(atMs: number): string {
  return `<!date^${String(unixSeconds(atMs))}^${DATE_FORMAT}|${utcMinute(atMs)}>`;
}

/** The same as `words`, with its times as the reader's own. */
export function wordsWithTimes(text: string): readonly RichElement[] {
  return piecesOf(text).map((piece) =>
    piece.kind === 'words'
      ? words(piece.text)
      : { type: 'date', timestamp: unixSeconds(piece.atMs), format: DATE_FORMAT, fallback: piece.text },
  );
}

/** The characters that an element puts before its reader. */
export function shownText(element: RichElement): string {
  return element.type === 'date' ? element.fallback : element.text;
}

/** Each line is a list of texts that follow one another. Slack takes no empty text, so an empty one is left out. */
export function lines(...texts: readonly (readonly RichElement[])[]): RichTextBlock {
  const elements = texts.flatMap((line, index) => (index === 0 ? line : [words('\n'), ...line]));
  return { type: 'rich_text', elements: [section(elements)] };
}

export function section(elements: readonly RichElement[]): RichTextSection {
  return { type: 'rich_text_section', elements: elements.filter((element) => shownText(element) !== '') };
}

/** For `SlackMessage.text`: whatever could begin markup, a mention or a link of Slack's is gone. */
export function plainName(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:/()-]/gu, '?').replace(/:\/+/g, ' ');
}
