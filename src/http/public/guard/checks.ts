/**
 * The order in which every call at a receiver is checked: its method, its encoding and size, the failures of its address, the
 * shape of its headers, who makes it. Only then is it read for what it says. A signature covers the raw body, which is read for
 * it; whoever is proven by headers is proven before, so that no byte of a stranger's body is read.
 */
import type { IncomingMessage } from 'node:http';
import { singleHeader } from '../../../base/net/raw-headers.js';
import { refusedAs, type Arrival, type Refused } from './arrival.js';

/** What a proof comes to where it is good. */
interface Good {
  readonly kind: 'proven' | 'signed';
}

interface Checks<Proven extends Good> {
  /** The only one that is taken here. HEAD counts as GET. */
  readonly method: 'GET' | 'POST';
  /** Headers that may not stand twice: different readers would read different ones, and nobody honest sends them so. */
  readonly single: readonly string[];
  readonly proof:
    | { readonly by: 'body'; readonly prove: (bytes: Buffer) => Proven | Refused }
    | { readonly by: 'headers'; readonly hasBody: boolean; readonly prove: () => Promise<Proven | Refused> };
}

type Checked<Proven> = { readonly kind: 'checked'; readonly proven: Proven; readonly bytes: Buffer } | Refused;

/** What is refused has been counted and left its dead letter. */
export async function checked<Proven extends Good>(
  arrival: Arrival,
  request: IncomingMessage,
  { method, single, proof }: Checks<Proven>,
): Promise<Checked<Proven>> {
  const asked = request.method === 'HEAD' ? 'GET' : request.method;
  if (asked !== method) return arrival.refuse(refusedAs(405, 'method_not_allowed'));
  const turned = arrival.turnedAway();
  if (turned !== null) return turned;
  if (single.some((name) => singleHeader(request.rawHeaders, name) === null))
    return arrival.refuse(refusedAs(401, 'header_malformed'));
  if (proof.by === 'headers') {
    const proven = await proof.prove();
    if (proven.kind === 'refused') return arrival.refuse(proven);
    const read = proof.hasBody ? await arrival.read() : NO_BODY;
    return read.kind === 'refused' ? read : { kind: 'checked', proven, bytes: read.bytes };
  }
  const read = await arrival.read();
  if (read.kind === 'refused') return read;
  const proven = proof.prove(read.bytes);
  return proven.kind === 'refused'
    ? arrival.refuse(proven, read.bytes)
    : { kind: 'checked', proven, bytes: read.bytes };
}

const NO_BODY = { kind: 'read', bytes: Buffer.alloc(0) } as const;
