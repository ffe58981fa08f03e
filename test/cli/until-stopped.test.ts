/** How a running gate ends: gracefully, at once when told twice or when the stop hangs; and how it reads its sites again. */
import { afterEach, expect, test } from '@jest/globals';
import type { Signal, Surroundings } from '../../src/cli/surroundings.js';
import { holdSignals } from '../../src/cli/held-signals.js';
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

test('a stop says that it begins, and that it is done', async () => {
  const told: string[] = [];
  const stage = start({ told });

  stage.signal('SIGTERM');
  expect(told).toEqual(['stopping SIGTERM']);
  stage.stopped();
  await stage.code;

  expect(told).toEqual(['stopping SIGTERM', 'stopped']);
});

test('a second signal ends the process at once', () => {
  const stage = start();

  stage.signal('SIGINT');
  stage.signal('SIGINT');

  expect(stage.happened).toEqual(['stop', 'exit 130']);
});

test('a signal that came while it started stops it once it runs, in order', async () => {
  const stage = start({ early: ['SIGTERM'] });

  expect(stage.happened).toEqual(['stop']);
  stage.pass(2_000);
  stage.stopped();

  expect([await stage.code, stage.happened]).toEqual([0, ['stop']]);
});

test('signals that came while it started are attended to in order', () => {
  const stage = start({ early: ['SIGHUP', 'SIGTERM'] });

  expect(stage.happened).toEqual(['reload', 'stop']);
});

test('a start that goes on for 2 s after it was asked to stop is cut short, and at once when it is asked again', () => {
  const asked: string[] = [];
  const timers: (() => void)[] = [];
  let signal: (sent: Signal) => void = () => undefined;
  const onSignal: Surroundings['onSignal'] = (listener) => {
    signal = listener;
    return () => undefined;
  };
  const exitNow = (code: number): void => void asked.push(`exit ${String(code)}`);
  holdSignals(
    { onSignal, exitNow },
    { after: (ms, end) => (timers.push(end), asked.push(`in ${String(ms)} ms`), end) },
  );

  signal('SIGTERM');
  expect(asked).toEqual(['in 2000 ms']);
  timers.forEach((end) => end());
  signal('SIGINT');

  expect(asked).toEqual(['in 2000 ms', 'exit 143', 'exit 130']);
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
  expect(logged.sort()).toEqual(['sites.toml and the TLS files could not be read again', 'the stop was not clean']);
});

/** A gate whose stop ends when the test says so, with a clock and signals of its own. */
function start(options: { fails?: boolean; logged?: string[]; told?: string[]; early?: readonly Signal[] } = {}) {
  const happened: string[] = [];
  const listeners = new Set<(signal: Signal) => void>();
  const timers = new Set<{ atMs: number; callback: () => void }>();
  let nowMs = 0;
  let finish = (): void => undefined;
  const surroundings: Surroundings = {
    channels: [],
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
  const told = {
    stopping: (why: string) => void options.told?.push(`stopping ${why}`),
    stopped: () => void options.told?.push('stopped'),
  };
  const signal = (sent: Signal): void => listeners.forEach((listener) => listener(sent));
  const held = holdSignals(surroundings, clock);
  options.early?.forEach(signal);
  const code = untilStopped(running, surroundings, { clock, log, held, told });
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
