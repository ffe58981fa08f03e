/**
 * The mail inside an inbound call. Providers either post the message itself (`message/rfc822`) or a JSON envelope with
 * the message in one of its fields, as text or as base64; which it is, the signed bytes tell, not an unsigned header.
 */
import { parseJson } from '../../src/base/text/json.js';

/** In this order. `message`, `mail` and `data` may also be objects that hold one of the others. */
const FIELDS = ['raw', 'rawEmail', 'RawEmail', 'raw_email', 'rawMessage', 'raw_message', 'rfc822', 'mime', 'body-mime'];
const NESTING_FIELDS = ['message', 'mail', 'email', 'data', 'content'];
const MAX_NESTING = 3;
/** A mail begins with a field. RFC 5322, 2.2, allows more than these in its name, an opening brace too, but nobody uses it. */
const FIRST_FIELD = /^[A-Za-z][\w-]{0,199}[ \t]*:/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** What has to be looked at to see how a mail begins. */
const BEGINNING_BYTES = 256;

/** Null: there is no mail in it. */
export function rawMailIn(body: Buffer): Buffer | null {
  if (isMail(body)) return body;
  const json = parseJson(body);
  return json === undefined ? null : mailIn(json, 0);
}

function mailIn(value: unknown, depth: number): Buffer | null {
  if (typeof value === 'string') return mailInText(value);
  if (typeof value !== 'object' || value === null || depth === MAX_NESTING) return null;
  const fields = new Map(Object.entries(value));
  for (const name of FIELDS) {
    const found = typeof fields.get(name) === 'string' ? mailIn(fields.get(name), depth + 1) : null;
    if (found !== null) return found;
  }
  for (const name of NESTING_FIELDS) {
    const found = mailIn(fields.get(name), depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function mailInText(text: string): Buffer | null {
  const plain = Buffer.from(text, 'utf8');
  if (isMail(plain)) return plain;
  const compact = text.replace(/\s+/g, '');
  if (!BASE64.test(compact)) return null;
  const decoded = Buffer.from(compact, 'base64');
  return isMail(decoded) ? decoded : null;
}

function isMail(bytes: Buffer): boolean {
  return FIRST_FIELD.test(bytes.subarray(0, BEGINNING_BYTES).toString('latin1'));
}
