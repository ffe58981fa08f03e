/** What is wrong with given fields, all at once, each with its name and with what to do. Values are not quoted: one may be a secret. */
import { z } from 'zod';
import { isMailAddress } from '../../base/net/mail-address.js';
import { typedMailbox } from '../../base/net/mailbox.js';
import { isHttpsOrLoopback } from '../../base/net/https-or-loopback.js';
import { nearest } from '../../base/text/nearest.js';
import type { WrongField } from '../../contract/operators-mail.js';

export type FieldsRead<T> = { readonly value: T } | { readonly wrong: readonly WrongField[] };

export function readFields<S extends z.ZodRawShape>(
  shape: S,
  given: Readonly<Record<string, unknown>>,
): FieldsRead<z.output<z.ZodObject<S>>> {
  const read = z.strictObject(shape).safeParse(given);
  if (read.success) return { value: read.data };
  return { wrong: read.error.issues.flatMap((issue) => wrongOf(issue, Object.keys(shape))) };
}

function wrongOf(issue: z.core.$ZodIssue, known: readonly string[]): readonly WrongField[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((field) => ({ field, problem: unknown(field, known) }));
  const field = issue.path.map(String).join('.');
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ field, problem: isMissing ? 'is missing' : issue.message }];
}

function unknown(field: string, known: readonly string[]): string {
  const meant = nearest(field, known);
  const all = `known here: ${known.join(', ')}`;
  return meant === null ? `is no field here; ${all}` : `is no field here; did you mean ${meant}? ${all}`;
}

export function words(maxCharacters: number) {
  const must = `must be one line of 1 to ${String(maxCharacters)} characters`;
  return z.string(must).regex(new RegExp(`^[^\\p{Cc}]{1,${String(maxCharacters)}}$`, 'u'), must);
}

export function oneOf<Word extends string>(...known: readonly Word[]) {
  return z.enum(known, `must be one of ${known.join(', ')}`);
}

export function whole(from: number, to: number) {
  const must = `must be a whole number from ${String(from)} to ${String(to)}`;
  return z.int(must).min(from, must).max(to, must);
}

/** Where a secret is sent: https, or plain http that does not leave this machine. */
export const webAddress = z.string('must be a URL').transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const problem =
    url === null ? 'is not a URL: write it whole, like https://graph.microsoft.com/v1.0' : addressWrong(url);
  if (problem === null) return text.replace(/\/+$/, '');
  context.issues.push({ code: 'custom', input: text, message: problem });
  return z.NEVER;
});

function addressWrong(url: URL): string | null {
  if (url.username !== '' || url.password !== '') return 'carries a user or a password: take them out of the URL';
  if (!isHttpsOrLoopback(url)) return 'must be https: plain http is for loopback alone';
  return url.search === '' && url.hash === '' ? null : 'has a query or a fragment: leave it out';
}

export const mailAddress = z.string('must be a mail address').transform((text, context) => {
  const address = typedMailbox(text);
  if (address !== null && isMailAddress(address)) return address;
  context.issues.push({ code: 'custom', input: text, message: 'is not a mail address like gate@example.org' });
  return z.NEVER;
});
