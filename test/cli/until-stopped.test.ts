/** How a running gate ends: gracefully, at once when told twice or when the stop hangs; and how it reads its sites again. */
import { afterEach, expect, test } from '@jest/globals';
import type { Signal, Surroundings } from '../../src/cli/surroundings.js';
import { untilStopped } from '../../src/cli/until-stopped.js';

/** Ends every gate of a test: one that goes on keeps its process alive, which is what it is for. */
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

test('a signal stops it, and the process ends with 0 once it has stopped', async () => {
  const stage = start();

  stage.signal('SIGTERM');
  expect(stage.happened).toEqual(['stop']);
  stage.stopped();

  expect(await stage.code).toBe(0);
  expect(stage.isListening()).toBe(false);
});

test('a second signal ends the process at once', () => {
  const stage = start();

  stage.signal('SIGINT');
  stage.signal('SIGINT');

  expect(stage.happened).toEqual(['stop', 'exit 130']);
});

test('a stop that takes 5 s is cut short', () => {
  const stage = start();

  stage.signal('SIGTERM');
  stage.pass(4_999);
  expect(stage.happened).toEqual(['stop']);
  stage.pass(1);

  expect(stage.happened).toEqual(['stop', 'exit 1']);
});

test('a stop in time is not cut short later', async () => {
  const stage = start();

  stage.signal('SIGTERM');
  stage.stopped();
  await stage.code;
  stage.pass(60_000);

  expect(stage.happened).toEqual(['stop']);
});

test('SIGHUP reads the sites again, as often as it comes, but not while stopping', () => {
  const stage = start();

  stage.signal('SIGHUP');
  stage.signal('SIGHUP');
  stage.signal('SIGTERM');
  stage.signal('SIGHUP');

  expect(stage.happened).toEqual(['reload', 'reload', 'stop']);
});

test('a reload or a stop that fails is logged, and ends nothing else', async () => {
  const logged: string[] = [];
  const stage = start({ fails: true, logged });

  stage.signal('SIGHUP');
  stage.signal('SIGTERM');

  expect(await stage.code).toBe(0);
  expect(logged.sort()).toEqual(['the sites could not be read again', 'the stop was not clean']);
});

/** A gate whose stop ends when the test says so, with a clock and signals of its own. */
function start(options: { fails?: boolean; logged?: string[] } = {}) {
  const happened: string[] = [];
  const listeners = new Set<(signal: Signal) => void>();
  const timers = new Set<{ atMs: number; callback: () => void }>();
  let nowMs = 0;
  let finish = (): void => undefined;
  const surroundings: Surroundings = {
    environment: {},
    folder: '.',
    out: { write: () => undefined },
    err: { write: () => undefined },
    columns: 80,
    user: 'ada',
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exitNow: (code) => happened.push(`exit ${String(code)}`),
  };
  const clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(ms: number, callback: () => void) {
      const timer = { atMs: nowMs + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const quiet = () => undefined;
  const running = {
    stop: () => {
      happened.push('stop');
      if (options.fails === true) return Promise.reject(new Error('no'));
      return new Promise<void>((resolve) => (finish = resolve));
    },
    reload: () => {
      happened.push('reload');
      if (options.fails === true) return Promise.reject(new Error('no'));
      return Promise.resolve();
    },
  };
  const log = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (message: string) => void options.logged?.push(message),
  };
  const code = untilStopped(running, surroundings, { clock, log });
  const signal = (sent: Signal): void => listeners.forEach((listener) => listener(sent));
  ends.push(() => {
    finish();
    return code;
  });
  return {
    code,
    happened,
    isListening: () => listeners.size > 0,
    signal,
    stopped: () => finish(),
    pass(ms: number) {
      nowMs += ms;
      for (const timer of [...timers].filter(({ atMs }) => atMs <= nowMs)) {
        timers.delete(timer);
        timer.callback();
      }
    },
  };
}
