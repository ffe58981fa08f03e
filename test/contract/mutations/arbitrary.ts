/** How calls are damaged: bytes, headers, methods, paths, and the structure of what is written in the body. */
import fc from 'fast-check';
import type { Call } from '../inbound/fixture.js';
import type { AttackedReceiver, SentCall } from './mutations.js';
import type { Header } from '../stage.js';

/** Stands in every word that is put into a body, and so must stand in no log. */
export const MARK = 'zqmarkqz';

type Damage = (call: SentCall) => SentCall;

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'] as const;
const SUFFIXES = ['?', '?x=1', '?payload=%7B%7D', '/', '//', '/..', '/%2e', ';x', '#x'] as const;
const WORDS = [
  MARK,
  '',
  `${MARK}\u0000`,
  '<!channel>',
  '__proto__',
  `${MARK}'"`.repeat(40),
  '\uD83D',
  '1e999',
] as const;
const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded; charset=utf-8',
  'APPLICATION/JSON;charset=UTF-16',
  'multipart/form-data; boundary=x',
  'text/plain',
  'x',
] as const;

/** A call that its platform never made: damaged after it was signed, or not signed by it at all. */
export function forgery(receiver: AttackedReceiver): fc.Arbitrary<SentCall> {
  return fc
    .tuple(fc.nat(), fc.array(damage(receiver.authHeaders), { minLength: 1, maxLength: 3 }))
    .map(([pick, damages]) => {
      const genuine = picked(receiver, pick);
      const damaged = damages.reduce((call, one) => one(call), genuine);
      return isStillProven(damaged, genuine, receiver) ? spoilt(damaged, receiver.authHeaders) : damaged;
    });
}

/** A call that the platform signed, and whose body is not what the platform would write. */
export function signedNonsense(receiver: AttackedReceiver): fc.Arbitrary<SentCall> {
  return fc
    .tuple(fc.nat(), fc.array(fc.oneof(bodyDamage(), structureDamage()), { minLength: 1, maxLength: 3 }))
    .map(([pick, damages]) => {
      const genuine = picked(receiver, pick);
      const { body } = damages.reduce((call, one) => one(call), genuine);
      return { ...genuine, body, headers: receiver.sign(body, genuine) };
    });
}

function picked(receiver: AttackedReceiver, pick: number): SentCall {
  const calls = receiver.genuine();
  return { ...(calls[pick % calls.length] ?? calls[0]), pathSuffix: '' };
}

function damage(authHeaders: readonly string[]): fc.Arbitrary<Damage> {
  return fc.oneof(
    { weight: 4, arbitrary: bodyDamage() },
    { weight: 4, arbitrary: structureDamage() },
    { weight: 4, arbitrary: headerDamage(authHeaders) },
    { weight: 1, arbitrary: fc.constantFrom(...METHODS).map((method): Damage => (call) => ({ ...call, method })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...SUFFIXES).map((pathSuffix): Damage => (call) => ({ ...call, pathSuffix })),
    },
  );
}

function bodyDamage(): fc.Arbitrary<Damage> {
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.oneof(
    fc.tuple(at, fc.nat(7)).map(([where, bit]) => onBody((body) => withByte(body, where, (byte) => byte ^ (1 << bit)))),
    fc.tuple(at, at).map(([from, to]) => onBody((body) => spliced(body, [from, to], Buffer.alloc(0)))),
    fc
      .tuple(at, fc.uint8Array({ minLength: 1, maxLength: 24 }))
      .map(([where, bytes]) => onBody((body) => spliced(body, [where, where], Buffer.from(bytes)))),
    fc
      .tuple(at, fc.constantFrom(...WORDS))
      .map(([where, word]) => onBody((body) => spliced(body, [where, where], Buffer.from(word)))),
    at.map((where) => onBody((body) => body.subarray(0, indexIn(body, where)))),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => onBody(() => Buffer.from(bytes))),
    fc.constant(onBody((body) => Buffer.from(body.toString('utf8'), 'utf16le'))),
    fc.constant(onBody((body) => Buffer.concat([body, body]))),
  );
}

function headerDamage(authHeaders: readonly string[]): fc.Arbitrary<Damage> {
  const name = fc.constantFrom(...authHeaders, 'content-type');
  const value = fc.oneof(
    fc.stringMatching(/^[0-9a-fxyz=,. +_v-]{0,80}$/),
    fc.constantFrom('', '0', '-1', '1e3', 'NaN', '99999999999999999999', 'v0=', 'a'.repeat(2_000)),
  );
  return fc.oneof(
    name.map((spoilt) => onHeader(spoilt, () => [])),
    name.map((spoilt) => onHeader(spoilt, (header) => [header, header])),
    fc.tuple(name, value).map(([spoilt, text]) => onHeader(spoilt, ([key]) => [[key, text]])),
    fc.tuple(name, value).map(([spoilt, text]) => onHeader(spoilt, (header) => [[header[0], text], header])),
    fc.constantFrom(...TYPES).map((type) => onHeader('content-type', ([key]) => [[key, type]])),
    fc
      .constantFrom<Header>(['content-encoding', 'gzip'], ['x-forwarded-for', '127.0.0.1'], ['expect', '200-ok'])
      .map((header): Damage => (call) => ({ ...call, headers: [...call.headers, header] })),
  );
}

/** Something in the JSON of the body, or in the JSON of a form's field, is another thing than it was. */
function structureDamage(): fc.Arbitrary<Damage> {
  const other: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom<unknown>(null, true, 0, -1, 1e21, '', [], {}, [[]], { toString: 1 }, { __proto__: null }, ...WORDS),
    fc.constantFrom('delete', 'wrap', 'deep').map((what) => ({ [MARK]: what })),
    fc.string({ maxLength: 20 }),
  );
  return fc.tuple(fc.array(fc.nat(50), { maxLength: 8 }), other).map(([path, value]) =>
    onBody((body) => {
      const text = body.toString('utf8');
      return Buffer.from(
        text.trimStart().startsWith('{') ? damagedJson(text, path, value) : damagedForm(text, path, value),
      );
    }),
  );
}

function damagedForm(text: string, path: readonly number[], value: unknown): string {
  const form = new URLSearchParams(text);
  const keys = [...form.keys()];
  const [first = 0, ...rest] = path;
  const key = keys[first % Math.max(keys.length, 1)];
  if (key === undefined) return text;
  form.set(key, damagedJson(form.get(key) ?? '', rest, value));
  return form.toString();
}

function damagedJson(text: string, path: readonly number[], value: unknown): string {
  try {
    return JSON.stringify(replaced(JSON.parse(text), path, value));
  } catch {
    return JSON.stringify(value); // no JSON to begin with
  }
}

function replaced(node: unknown, path: readonly number[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof node !== 'object' || node === null) return value;
  const entries = Object.entries(node);
  const [key, child] = entries[first % Math.max(entries.length, 1)] ?? [];
  if (key === undefined) return value;
  const copy = (Array.isArray(node) ? [...(node as unknown[])] : { ...node }) as Record<string, unknown>;
  copy[key] = replaced(child, rest, value);
  return copy;
}

/** Whether everything that proves the call is as the platform sent it. */
function isStillProven(call: SentCall, genuine: Call, receiver: AttackedReceiver): boolean {
  const { authHeaders, isBodyProven = true } = receiver;
  const proofs = ({ headers }: Call): string =>
    JSON.stringify(headers.filter(([name]) => authHeaders.includes(name.toLowerCase())));
  return (!isBodyProven || call.body.equals(genuine.body)) && proofs(call) === proofs(genuine);
}

/** Whatever else was done to it, its proof is no longer right. */
function spoilt(call: SentCall, authHeaders: readonly string[]): SentCall {
  const [first = ''] = authHeaders;
  return onHeader(first, () => [])(call);
}

function onBody(change: (body: Buffer) => Buffer): Damage {
  return (call) => ({ ...call, body: change(call.body) });
}

function onHeader(spoiltName: string, change: (header: Header) => readonly Header[]): Damage {
  return (call) => ({
    ...call,
    headers: call.headers.flatMap((header) => (header[0].toLowerCase() === spoiltName ? change(header) : [header])),
  });
}

function indexIn(body: Buffer, where: number): number {
  return Math.min(Math.floor(where * body.length), Math.max(body.length - 1, 0));
}

function withByte(body: Buffer, where: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(body);
  const index = indexIn(copy, where);
  if (copy.length > 0) copy[index] = change(copy[index] ?? 0);
  return copy;
}

function spliced(body: Buffer, [from, to]: readonly [number, number], between: Buffer): Buffer {
  const [start, end] = [indexIn(body, Math.min(from, to)), indexIn(body, Math.max(from, to))];
  return Buffer.concat([body.subarray(0, start), between, body.subarray(end)]);
}
