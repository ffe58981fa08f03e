import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPolicy, type PolicyRead } from '../../src/mail/policy.js';
import { POLICY_TABLES, type PolicyField } from '../../src/mail/policy-fields.js';

const problemsOf = (read: PolicyRead) => ('problems' in read ? read.problems : []);
const policyOf = (read: PolicyRead) => {
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.policy;
};
const FIELDS = Object.entries(POLICY_TABLES).flatMap(([table, fields]) =>
  Object.entries(fields as Record<string, PolicyField>).map(([name, field]) => ({ table, name, field })),
);

test('what is not said has its default, of Graph the limits of Exchange', () => {
  const smtp = policyOf(readPolicy('smtp', {}));
  const graph = policyOf(readPolicy('graph', { throttle: { at_once: 2 } }));

  expect(smtp.throttle).toEqual({ perMinute: 0, atOnce: 0 });
  expect(graph.throttle).toEqual({ perMinute: 30, atOnce: 2 });
  expect(smtp.mail).toEqual({ from: null, replyTo: null, headers: {}, isSavedToSent: true });
  expect(smtp.retry).toEqual({
    waitsMs: [],
    jitter: 0.25,
    longestWaitMs: 14_400_000,
    attempts: 1_000,
    lifetimeMs: 2_592_000_000,
  });
});

test('what is said is read with its unit', () => {
  const { retry, mail, terminal } = policyOf(
    readPolicy('graph', {
      retry: { waits_sec: [1, 2], longest_sec: 60, attempts: 3, lifetime_sec: 120 },
      mail: {
        from: 'Gate <g@example.org>',
        reply_to: 'r@example.org',
        headers: { 'X-Stage': 'dev' },
        save_to_sent: false,
      },
      terminal: { soft_bounce: true, final: ['smtp_451'], retried: ['smtp_554'] },
    }),
  );

  expect(retry).toEqual({
    waitsMs: [1_000, 2_000],
    jitter: 0.25,
    longestWaitMs: 60_000,
    attempts: 3,
    lifetimeMs: 120_000,
  });
  expect(mail).toEqual({
    from: { name: 'Gate', address: 'g@example.org' },
    replyTo: 'r@example.org',
    headers: { 'X-Stage': 'dev' },
    isSavedToSent: false,
  });
  expect(terminal).toEqual({ isSoftBounce: true, final: ['smtp_451'], retried: ['smtp_554'] });
});

test('over SMTP nobody can say whether a copy is kept', () => {
  expect(problemsOf(readPolicy('smtp', { mail: { save_to_sent: true } }))).toEqual([
    { key: 'mail.save_to_sent', problem: expect.stringContaining('of graph alone'), cure: 'Take it out.' },
  ]);
});

test.each(FIELDS)('$table.$name has words, and its default and its example fit', ({ field }) => {
  const { schema, setting, defaults } = field;

  expect(setting.meaning.length * setting.form.length * (setting.default ?? '').length).toBeGreaterThan(0);
  for (const value of Object.values(defaults))
    if (value !== '') expect(schema.safeParse(value)).toMatchObject({ success: true });
});

test('every problem is named at once, with its field', () => {
  const read = readPolicy('graph', {
    throtle: {},
    throttle: { per_minute: -1, at_once: '3' },
    http: 5,
    retry: { waits_sec: [0], jitter: Number.NaN, wait: 1 },
    mail: { headers: { 'List-Help': 'x' }, from: 'nobody' },
    terminal: { final: ['no such code!'] },
  });

  expect(problemsOf(read).map(({ key }) => key)).toEqual([
    'throtle',
    'throttle.per_minute',
    'throttle.at_once',
    'http',
    'retry.waits_sec',
    'retry.jitter',
    'retry.wait',
    'mail.from',
    'terminal.final',
    'mail.headers',
  ]);
  for (const { problem, cure } of problemsOf(read)) expect(problem.length * cure.length).toBeGreaterThan(0);
});

test.each([
  [{ From: 'x@example.org' }],
  [{ 'Content-Type': 'text/plain' }],
  [{ 'X-A': 'one\r\nBcc: all@example.org' }],
  [{ 'X-A': '' }],
  [{ 'X-A': 'one', 'x-a': 'two' }],
  [{ 'X-Auto-Response-Suppress': 'None' }],
  [{ 'X-Koder-Gate-Message': 'another@example.org' }],
  [{ 'X-A\r\nBcc': 'x' }],
  [Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`X-N${String(at)}`, 'v']))],
])('a header that is none, is ours or begins another is refused: %j', (headers) => {
  expect(problemsOf(readPolicy('smtp', { mail: { headers } })).map(({ key }) => key)).toEqual(['mail.headers']);
});

test('whatever is written is read or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.constantFrom('smtp', 'graph'), fc.dictionary(fc.string(), fc.anything()), (kind, changes) => {
      const read = readPolicy(kind, { ...changes, throttle: changes['x'], mail: changes['y'] });
      expect('policy' in read || read.problems.length > 0).toBe(true);
    }),
  );
});
