/** The headers that a dead letter may show: allow-listed names alone, values cut, a signature to its beginning. */
import type { RawHeaders } from '../../../base/net/raw-headers.js';
import { headerLines } from '../../../base/net/raw-headers.js';
import type { CalledInbound } from '../../../contract/inbound.js';

export type Quoted = CalledInbound['quoted'];

/** Of use with every receiver, and nobody's secret. */
const ALWAYS_QUOTED = ['content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'user-agent'];
const MAX_VALUE_CHARACTERS = 200;
/** Enough to tell two signatures apart, too little to use one. */
const MAX_CUT_CHARACTERS = 12;

export function quotedHeaders(raw: RawHeaders, quoted: Quoted): Readonly<Record<string, string>> {
  const summary: Record<string, string> = {};
  const quote = (name: string, maxCharacters: number): void => {
    const value = headerLines(raw, name);
    if (value !== undefined) summary[name] = value.slice(0, maxCharacters);
  };
  for (const name of [...ALWAYS_QUOTED, ...quoted.whole]) quote(name, MAX_VALUE_CHARACTERS);
  for (const name of quoted.cut) quote(name, MAX_CUT_CHARACTERS);
  return summary;
}

/** Those among them that a redriven call is read with; what proves it is not kept. */
export function keptHeaders(raw: RawHeaders, quoted: Quoted): Readonly<Record<string, string>> {
  const names = ['content-type', ...quoted.whole];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headerLines(raw, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
