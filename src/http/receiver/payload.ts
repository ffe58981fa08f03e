/** The payload that a producer posts (RFC 001, section 6.2), checked whole: every wrong field is named at once. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { isHttpsOrLoopback } from '../../base/net/https-or-loopback.js';
import type { Clock } from '../../base/time/clock.js';

const MAX_SKEW_MS = 5 * 60_000;
const MIN_TTL_SECONDS = 30;
const MAX_TTL_SECONDS = 86_400;
const MAX_TEXT_CHARACTERS = 2_048;
/** A host name's bound (RFC 1035, section 2.3.4), and of each of its labels. */
const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

export interface Payload {
  readonly token: string;
  /** Lower case. */
  readonly host: string;
  readonly environment: 'dev' | 'stg' | 'prd';
  readonly origin_ip: string;
  readonly user_agent: string;
  /** Null when the producer does not know the country. */
  readonly geo: string | null;
  readonly timestamp: string;
  readonly admin: string;
  readonly confirm_url: string | null;
  readonly ttl_seconds: number;
}

export interface WrongField {
  readonly field: string;
  readonly problem: string;
}

type PayloadReading =
  | { readonly kind: 'payload'; readonly payload: Payload }
  | { readonly kind: 'wrong'; readonly fields: readonly WrongField[] };

export type PayloadReader = (json: unknown) => PayloadReading;

export function payloadReader(clock: Pick<Clock, 'nowMs'>): PayloadReader {
  const schema = payloadSchema(clock);
  return (json) => {
    const read = schema.safeParse(json);
    if (read.success) return { kind: 'payload', payload: read.data };
    return { kind: 'wrong', fields: fieldProblems(read.error) };
  };
}

function payloadSchema(clock: Pick<Clock, 'nowMs'>): z.ZodType<Payload> {
  const isNow = (text: string): boolean => Math.abs(Date.parse(text) - clock.nowMs()) <= MAX_SKEW_MS;
  return z.strictObject(
    {
      token: text('32 lower-case hex digits').regex(/^[0-9a-f]{32}$/, must('be 32 lower-case hex digits')),
      host: text('a host name').toLowerCase().regex(HOST, must('be a host name without scheme and port')),
      environment: z.enum(['dev', 'stg', 'prd'], must('be dev, stg or prd')),
      origin_ip: text('an IP address').refine((value) => isIP(value) !== 0, must('be an IPv4 or IPv6 address')),
      user_agent: text('a text').max(MAX_TEXT_CHARACTERS, must('have at most 2,048 characters')),
      geo: z
        .union(
          [z.literal(''), z.string().regex(/^[A-Z]{2}$/), z.null()],
          must('be an ISO 3166-1 alpha-2 code, or empty'),
        )
        .optional()
        .transform((value) => orNull(value)),
      timestamp: z.iso
        .datetime({ offset: true, ...must('be an ISO 8601 time with its offset') })
        .refine(isNow, must('be within 5 minutes of now')),
      admin: text("an approver's handle")
        .min(1, must('name an approver'))
        .max(254, must('have at most 254 characters')),
      confirm_url: z
        .union([z.literal(''), z.string().max(MAX_TEXT_CHARACTERS).refine(isWebUrl), z.null()], must('be an https URL'))
        .optional()
        .transform((value) => orNull(value)),
      ttl_seconds: z
        .number(must('be a whole number of seconds'))
        .refine(
          (value) => Number.isInteger(value) && value >= MIN_TTL_SECONDS && value <= MAX_TTL_SECONDS,
          must('be a whole number from 30 to 86,400'),
        ),
    },
    must('be a JSON object'),
  );
}

function text(what: string): z.ZodString {
  return z.string(must(`be ${what}`));
}

function must(rule: string): { error: string } {
  return { error: `must ${rule}` };
}

/** An empty text is how languages without null say "none". */
function orNull(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

/** A parser forgives spaces and control characters in a URL; what shows or stores it may not. */
const NO_URL_HAS = /[\s\p{Cc}\p{Bidi_Control}]/u;

/** This link is shown to people who are about to decide. */
function isWebUrl(text: string): boolean {
  if (NO_URL_HAS.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.username === '' && url.password === '' && isHttpsOrLoopback(url);
}

/** More wrong fields tell a caller nothing more, and whoever sends a megabyte of them gets no megabyte back. */
const MOST_NAMED = 50;

/** Every wrong field once, the first 50. */
export function fieldProblems(error: z.ZodError): readonly WrongField[] {
  return onceEach(error.issues.flatMap(wrongFields)).slice(0, MOST_NAMED);
}

/** The first problem of a field says enough: what follows from it would only repeat it. */
function onceEach(fields: readonly WrongField[]): readonly WrongField[] {
  const first = new Map<string, WrongField>();
  for (const one of fields) if (!first.has(one.field)) first.set(one.field, one);
  return [...first.values()];
}

function wrongFields(issue: z.core.$ZodIssue): WrongField[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((field) => ({ field: field.slice(0, 64), problem: 'is not a field of this payload' }));
  }
  return [{ field: issue.path.map(String).join('.'), problem: issue.message }];
}
