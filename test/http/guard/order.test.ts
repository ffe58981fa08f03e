/** The order of checks, each with its status: what is wrong in two ways is refused for the one that is looked at first. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTalkPlane, PATH, rawCall, type TalkCall, type TalkPlane } from './talk-plane.js';

const MAX_BYTES = 262_144;

let plane: TalkPlane;
beforeEach(async () => {
  plane = await openTalkPlane();
});
afterEach(() => plane.stop());

interface Fault {
  readonly status: number;
  readonly reason: string;
  /** Whatever the guard must have seen before. */
  readonly before?: (plane: TalkPlane) => Promise<unknown>;
  readonly spoil: (call: TalkCall, plane: TalkPlane) => TalkCall;
}

/** In the order in which they are looked at. */
const FAULTS: Readonly<Record<string, Fault>> = {
  method: { status: 405, reason: 'method_not_allowed', spoil: (call) => ({ ...call, method: 'PUT' }) },
  encoding: { status: 415, reason: 'encoded', spoil: (call) => withHeader(call, 'content-encoding', 'gzip') },
  size: {
    status: 413,
    reason: 'too_large',
    spoil: (call) => ({ ...call, body: Buffer.alloc(MAX_BYTES + 1, 0x20) }),
  },
  rate: { status: 429, reason: 'rate_limited', before: (before) => before.forge(60), spoil: (call) => call },
  'header shape': { status: 401, reason: 'header_malformed', spoil: (call) => withHeader(call, 'webhook-id', 'a.b') },
  signature: {
    status: 401,
    reason: 'signature_wrong',
    spoil: (call) => withHeader(call, 'webhook-signature', `v1,${'A'.repeat(43)}=`),
  },
  window: { status: 408, reason: 'outside_window', spoil: ({ body }, at) => at.signed(body, { lateMs: 310_000 }) },
  content: { status: 400, reason: 'malformed', spoil: (_call, at) => at.signed('{"type":"else"}') },
};

const faults = Object.entries(FAULTS);
const pairs = faults.flatMap(([name, fault], index) =>
  faults.slice(index + 1).map(([laterName, later]) => ({ name, fault, laterName, later })),
);

test.each(faults)('%s: refused with its status and reason', async (_name, fault) => {
  await fault.before?.(plane);

  const answer = await plane.send(fault.spoil(plane.tap(), plane));

  expect(answer.status).toBe(fault.status);
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: fault.reason } });
});

test.each(pairs)('$name is looked at before $laterName', async ({ fault, later }) => {
  await fault.before?.(plane);
  await later.before?.(plane);

  const answer = await plane.send(fault.spoil(later.spoil(plane.tap(), plane), plane));

  expect(answer.status).toBe(fault.status);
});

describe('the method and the path', () => {
  test.each(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH'])('%s is 405, and says what is allowed', async (method) => {
    const answer = await plane.send({ ...plane.tap(), method });

    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST');
  });

  test.each([
    ['another method', `PUT ${PATH}`, 405],
    ['a path below', `POST ${PATH}/more`, 404],
    ['a path beside', `POST ${PATH}s`, 404],
  ])('%s is answered without a byte of its body', async (_name, line, status) => {
    const answer = await rawCall(plane.planes, `${line} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n`);

    expect(answer).toContain(`HTTP/1.1 ${String(status)}`);
  });
});

describe('the size', () => {
  test('exactly the limit is read', async () => {
    expect((await plane.send(plane.signed(Buffer.alloc(MAX_BYTES, 0x20)))).status).toBe(400);
  });

  test('a body that says it is larger is refused before it comes', async () => {
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: ${String(MAX_BYTES + 1)}\r\n\r\n`;

    expect(await rawCall(plane.planes, head)).toContain('HTTP/1.1 413');
  });

  test('a chunked body is counted as it comes', async () => {
    const chunk = `${(16_384).toString(16)}\r\n${' '.repeat(16_384)}\r\n`;
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`;

    const atLimit = await rawCall(plane.planes, `${head}${chunk.repeat(16)}0\r\n\r\n`);
    const above = await rawCall(plane.planes, `${head}${chunk.repeat(16)}1\r\n \r\n`);

    expect(atLimit).toContain('HTTP/1.1 401');
    expect(above).toContain('HTTP/1.1 413');
  });
});

test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
  'a doubled %s is refused before the body is read',
  async (name) => {
    const lines = Object.entries(plane.tap().headers).map(([key, value]) => `${key}: ${value}\r\n`);
    const twin = lines.find((line) => line.startsWith(name)) ?? '';

    const answer = await rawCall(
      plane.planes,
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n${lines.join('')}${twin}\r\n`,
    );

    expect(answer).toContain('HTTP/1.1 401');
    expect(answer).toContain('header_malformed');
  },
);

test('what passes all of them is carried out', async () => {
  const { token } = await plane.planes.accessRequest();

  const answer = await plane.send(plane.tap({ token }));

  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({ isOk: true });
});

function withHeader(call: TalkCall, name: string, value: string): TalkCall {
  return { ...call, headers: { ...call.headers, [name]: value } };
}
