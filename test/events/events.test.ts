import { expect, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import { registryFacts } from '../../src/compose/registry-facts.js';
import { systemClock } from '../../src/base/time/clock.js';
import { eventStream } from '../../src/events/event-stream.js';
import type { GateEvent } from '../../src/events/events.js';

const ABOUT = { host: 'stg.example.org', token: '8c7d2a9e' };
const LEGACY = registryFacts(channels).legacyEvents;
const NOW_MS = Date.parse('2026-05-11T15:19:31Z');

function linesOf(event: GateEvent): string[] {
  const lines: string[] = [];
  eventStream({ ...systemClock(), nowMs: () => NOW_MS }, { write: (line) => lines.push(line) }, LEGACY).emit(event);
  return lines;
}

function read(line: string | undefined): unknown {
  return JSON.parse(line ?? 'null');
}

test('an event is one line of JSON with its time and its name', () => {
  const lines = linesOf({ event: 'auth_gate.notifier_sent', channel: 'talk', ...ABOUT });

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(read(lines[0])).toEqual({
    time: '2026-05-11T15:19:31.000Z',
    event: 'auth_gate.notifier_sent',
    channel: 'talk',
    ...ABOUT,
  });
});

test('text with line breaks stays on its line', () => {
  const [line] = linesOf({ event: 'auth_gate.all_notifiers_failed', host: 'a\r\nb\u2028c', token: '8c7d2a9e' });

  expect(line?.trimEnd().split(/\r|\n/)).toHaveLength(1);
});

test('a token is cut to 8 digits, whoever emits it', () => {
  const [line] = linesOf({
    event: 'auth_gate.all_notifiers_failed',
    host: 'h',
    token: '8c7d2a9e1b3f4a0c5e6d8b9a7c1d2e3f',
  });

  expect(read(line)).toMatchObject({ token: '8c7d2a9e' });
  expect(line).not.toContain('8c7d2a9e1');
});

test('the e-mail channel’s events have their deprecated twins', () => {
  const sent = linesOf({ event: 'auth_gate.notifier_sent', channel: 'email', ...ABOUT }).map(read);
  const failed = linesOf({
    event: 'auth_gate.notifier_failed',
    channel: 'email',
    ...ABOUT,
    error: 'timeout',
    attempt: 1,
  }).map(read);

  expect(sent).toMatchObject([{ event: 'auth_gate.notifier_sent' }, { event: 'auth_gate.email_sent', ...ABOUT }]);
  expect(failed).toMatchObject([
    { event: 'auth_gate.notifier_failed' },
    { event: 'auth_gate.email_skipped', ...ABOUT, error: 'timeout' },
  ]);
});

test('no other channel has a twin', () => {
  const sent = linesOf({ event: 'auth_gate.notifier_sent', channel: 'talk', ...ABOUT });
  const failed = linesOf({
    event: 'auth_gate.notifier_failed',
    channel: 'webhook',
    ...ABOUT,
    error: 'dns',
    attempt: 2,
  });

  expect([sent.length, failed.length]).toEqual([1, 1]);
});
