/** The fields of a small form: a button, a few hidden values, what a passkey answered. Larger or other bodies are none. */
import type { Request } from 'express';
import { utf8 } from '../../base/text/json.js';
import { readBody } from './read-body.js';

const MAX_FORM_BYTES = 16_384;
const TYPE = /^application\/x-www-form-urlencoded(\s*;|$)/i;

/** The fields by their names. */
export type Form = ReadonlyMap<string, string>;

/** Null when it is no form of ours. A field given twice counts as missing: nobody guesses which one was meant. */
export async function readForm(request: Request, limitBytes = MAX_FORM_BYTES): Promise<Form | null> {
  if (!TYPE.test(request.headers['content-type'] ?? '')) return null;
  const body = await readBody(request, limitBytes);
  const text = body.kind === 'whole' ? utf8(body.bytes) : null;
  return text === null ? null : onceGiven(new URLSearchParams(text));
}

function onceGiven(fields: URLSearchParams): Form {
  return new Map([...fields].filter(([name]) => fields.getAll(name).length === 1));
}
