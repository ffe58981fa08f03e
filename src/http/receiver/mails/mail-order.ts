/** What a service posts to have a mail sent, checked whole: every wrong field is named at once. */
import { z } from 'zod';
import { sha256Hex } from '../../../base/crypto/digest.js';
import { isMailAddress } from '../../../base/net/mail-address.js';
import { sameMailbox } from '../../../base/net/mailbox.js';
import type { MessageContent } from '../../../contract/message.js';
import type { MailOrder } from '../../../contract/producer-mails.js';
import { fieldProblems, type WrongField } from '../payload.js';
import { htmlOf } from './html-of.js';

/** Of one mail. */
const MAX_RECIPIENTS = 50;
const MAX_SUBJECT_CHARACTERS = 255;
/** Of all its recipients together, since each has a copy in the database: 5 MB, written in one commit, which others wait for. */
const MAX_BYTES_TO_ALL = 5_242_880;
/** After which a mail is worth nothing to anybody; and how far ahead one may be ordered. */
const MAX_LIFE_MS = 7 * 86_400_000;
const MAX_AHEAD_MS = 30 * 86_400_000;
const DEFAULT_LIFE_MS = 86_400_000;
/** Where its sender set no end, it is still of use once an operator has mended what it failed of. */
const RESEND_MS = 7 * 86_400_000;
/** Printable ASCII, so that a header can hold it. */
const KEY = /^[\x21-\x7e]{1,128}$/;
/** Whatever a mail's header cannot show honestly: line ends and other control characters, and what turns text around. */
const NOT_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
/** In a text, tabs and line ends are right. */
const NOT_IN_A_TEXT = /[^\P{Cc}\t\r\n]/u;

const text = (what: string) =>
  z.string(`must be ${what}`).refine((value) => !/\p{Cs}/u.test(value), 'must be Unicode text');
const body = (what: string) =>
  text(what).refine((value) => !NOT_IN_A_TEXT.test(value), 'must have no control characters but tabs and line ends');
const moment = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time with its offset' });

const ORDER = z.strictObject(
  {
    to: z
      .array(
        text('mail addresses').refine(
          isMailAddress,
          'must be a mail address in ASCII, without a name: ada@example.org',
        ),
        'must be a list of mail addresses',
      )
      .min(1, 'must name a recipient')
      .max(MAX_RECIPIENTS, `must name at most ${String(MAX_RECIPIENTS)} recipients`)
      .superRefine((addresses, context) => {
        for (const [at, first] of repeats(addresses))
          context.addIssue({ code: 'custom', path: [at], message: `is the mailbox of to.${String(first)} again` });
      }),
    subject: text('a text')
      .min(1, 'must not be empty')
      .max(MAX_SUBJECT_CHARACTERS, `must have at most ${String(MAX_SUBJECT_CHARACTERS)} characters`)
      .refine((value) => !NOT_IN_A_LINE.test(value), 'must be one line without control characters'),
    text: body('a text').min(1, 'must not be empty'),
    html: body('HTML').nullish(),
    mailbox: z.string('must be a mail address').refine(isMailAddress, 'must be a mail address').nullish(),
    site: z.string('must be the name of a site').min(1, 'must not be empty').nullish(),
    idempotency_key: z.string(KEY_RULE()).regex(KEY, KEY_RULE()).nullish(),
    not_before: moment.nullish(),
    give_up_at: moment.nullish(),
  },
  'must be a JSON object',
);

function KEY_RULE(): string {
  return 'must be 1 to 128 printable ASCII characters without spaces';
}

export type ReadOrder = Omit<MailOrder, 'producer' | 'caller' | 'caps' | 'isToldOf'>;

type Reading =
  | { readonly kind: 'order'; readonly order: ReadOrder }
  | { readonly kind: 'wrong'; readonly fields: readonly WrongField[] };

/** `headerKey`: of `Idempotency-Key`; empty where there is none. `nowMs`: when the order came. */
export function readMailOrder(json: unknown, { headerKey, nowMs }: { headerKey: string; nowMs: number }): Reading {
  const read = ORDER.safeParse(json);
  const issues = read.success ? [] : fieldProblems(read.error);
  const given = typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
  const fields = [...issues, ...keyProblems(given['idempotency_key'], headerKey)];
  const times = read.success ? timesIn(read.data, nowMs) : { wrong: [] };
  const wrong = [...fields, ...('wrong' in times ? times.wrong : [])];
  if (!read.success || 'wrong' in times || wrong.length > 0) return { kind: 'wrong', fields: wrong };
  const {
    to,
    subject,
    text: plain,
    html,
    mailbox = null,
    site = null,
    idempotency_key,
    not_before,
    give_up_at,
  } = read.data;
  const content = { subject, text: lines(plain), html: html == null ? htmlOf(plain) : lines(html) };
  const tooMuch = tooMuchIn(content, to.length);
  if (tooMuch !== null) return { kind: 'wrong', fields: tooMuch };
  return {
    kind: 'order',
    order: {
      to,
      content,
      mailbox,
      site,
      idempotencyKey: idempotency_key ?? headerKey,
      bodyHash: sha256Hex(JSON.stringify([to, content, mailbox, site, not_before ?? null, give_up_at ?? null])),
      ...times,
    },
  };
}

/** Null: there is room for all the copies. */
function tooMuchIn({ subject, text: plain, html }: MessageContent, recipients: number): readonly WrongField[] | null {
  const bytes = [subject, plain, html].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes * recipients <= MAX_BYTES_TO_ALL) return null;
  const [most, bound] = [Math.floor(MAX_BYTES_TO_ALL / bytes), MAX_BYTES_TO_ALL.toLocaleString('en')];
  const each = `${bytes.toLocaleString('en')} bytes with its HTML`;
  return [
    {
      field: 'to',
      problem: `must name at most ${String(most)} for a mail of ${each}: order it for the others by itself`,
    },
    { field: 'text', problem: `must be shorter, or the HTML: all copies together may have ${bound} bytes` },
  ];
}

/** By the body or the header; where both are there, they say the same. */
function keyProblems(inBody: unknown, inHeader: string): readonly WrongField[] {
  const field = 'idempotency_key';
  if (inHeader !== '' && !KEY.test(inHeader)) return [{ field: 'Idempotency-Key', problem: KEY_RULE() }];
  if (inBody === undefined || inBody === null)
    return inHeader === '' ? [{ field, problem: 'must be there, here or in the header Idempotency-Key' }] : [];
  return inHeader !== '' && inHeader !== inBody
    ? [{ field, problem: 'is not what the header Idempotency-Key says' }]
    : [];
}

type Times = Pick<ReadOrder, 'startAtMs' | 'giveUpAtMs' | 'resendForMs'>;

function timesIn(
  { not_before, give_up_at }: Pick<z.output<typeof ORDER>, 'not_before' | 'give_up_at'>,
  nowMs: number,
): Times | { readonly wrong: readonly WrongField[] } {
  const startAtMs = not_before == null ? null : Date.parse(not_before);
  const beginMs = Math.max(nowMs, startAtMs ?? nowMs);
  const giveUpAtMs = give_up_at == null ? beginMs + DEFAULT_LIFE_MS : Date.parse(give_up_at);
  const wrong = [
    ...(beginMs > nowMs + MAX_AHEAD_MS ? [{ field: 'not_before', problem: 'must be within 30 days' }] : []),
    ...(giveUpAtMs <= beginMs
      ? [{ field: 'give_up_at', problem: 'must be after now and after not_before' }]
      : giveUpAtMs > beginMs + MAX_LIFE_MS
        ? [{ field: 'give_up_at', problem: 'must be within 7 days after now or not_before' }]
        : []),
  ];
  if (wrong.length > 0) return { wrong };
  return { startAtMs, giveUpAtMs, ...(give_up_at == null ? { resendForMs: RESEND_MS } : {}) };
}

/** Where a mailbox is named again, and where it was named first. */
function repeats(addresses: readonly string[]): readonly (readonly [at: number, first: number])[] {
  const same = addresses.map(sameMailbox);
  return same.flatMap((mailbox, at) => {
    const first = same.indexOf(mailbox);
    return first < at ? [[at, first] as const] : [];
  });
}

/** Line ends as one kind: a bare CR or LF is read as an end by some servers and not by others. */
function lines(value: string): string {
  return value.replace(/\r\n?/g, '\n');
}
