/** What becomes of lines when their reader is slow, gone or broken: nobody waits, nobody fails, and each loss is counted. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lineOutput, MAX_WAITING_BYTES, type LineSink } from '../../src/base/process/line-output.js';
import { descriptorSink, fileSink } from '../../src/base/process/line-sinks.js';
import { eventually } from '../fixtures/time/eventually.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-lines-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Done = Parameters<LineSink['write']>[1];

/** A sink that ends each write when the test says so, and how. */
function slowSink(): { readonly sink: LineSink; readonly taken: string[]; end: (...how: Parameters<Done>) => void } {
  const waiting: Done[] = [];
  const taken: string[] = [];
  const sink: LineSink = {
    write(bytes, done) {
      taken.push(bytes.toString());
      waiting.push(done);
    },
  };
  return { sink, taken, end: (...how) => waiting.shift()?.(...how) };
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

test('lines that wait are written together and in their order', async () => {
  const { sink, taken, end } = slowSink();
  const output = lineOutput(sink);

  for (const line of ['one\n', 'two\n', 'three\n']) output.write(line);
  end(null);
  await turn();

  expect(taken).toEqual(['one\n', 'two\nthree\n']);
  expect(output.report()).toEqual({ lost: 0, cause: null, isFailing: false });
});

test('a reader that takes nothing costs a bounded buffer; what comes then is lost and counted', () => {
  const { sink } = slowSink();
  const output = lineOutput(sink);
  const line = `${'x'.repeat(1_023)}\n`;
  const most = MAX_WAITING_BYTES / line.length;

  for (let written = 0; written < most + 7; written += 1) output.write(line);

  expect(output.report()).toEqual({ lost: 7, cause: 'not_read', isFailing: true });
});

test('a write that fails loses its lines and says why; the next that succeeds says that it works again', async () => {
  const { sink, taken, end } = slowSink();
  const output = lineOutput(sink);

  output.write('one\n');
  output.write('two\n');
  output.write('three\n');
  end(failure('EPIPE'));
  await turn();
  end(failure('ENOSPC'));
  await turn();
  expect(output.report()).toEqual({ lost: 3, cause: 'ENOSPC', isFailing: true });
  output.write('four\n');
  end(null);

  expect(taken.at(-1)).toBe('four\n');
  expect(output.report()).toEqual({ lost: 3, cause: 'ENOSPC', isFailing: false });
});

test('after a line that was cut off the next one begins on a line of its own', async () => {
  const { sink, taken, end } = slowSink();
  const output = lineOutput(sink);

  output.write('first\n');
  output.write('second\n');
  output.write('third\n');
  end(null);
  await turn();
  end(failure('ENOSPC'), 'second\nth'.length);
  await turn();
  output.write('fourth\n');
  end(null);

  expect(taken.at(-1)).toBe('\nfourth\n');
  expect(output.report()).toMatchObject({ lost: 1, isFailing: false });
});

test('a sink that throws loses a line like one that fails', () => {
  const output = lineOutput({
    write() {
      throw failure('EBADF');
    },
  });

  output.write('one\n');

  expect(output.report()).toMatchObject({ lost: 1, cause: 'EBADF' });
});

test('a device without room fails each write, and memory stays bounded', async () => {
  const descriptor = openSync('/dev/full', 'w');
  const output = lineOutput(descriptorSink(descriptor));

  for (let written = 0; written < 100; written += 1) output.write('line\n');
  await eventually('all of it is lost', () => Promise.resolve(output.report().lost === 100));

  expect(output.report()).toMatchObject({ cause: 'ENOSPC', isFailing: true });
  closeSync(descriptor);
});

test('a file that was deleted is made again, for its owner alone', async () => {
  const path = join(folder, 'events.ndjson');
  const output = lineOutput(fileSink(path, 0o600));

  output.write('one\n');
  await eventually('it is written', () => Promise.resolve(readOf(path) === 'one\n'));
  rmSync(path);
  output.write('two\n');

  await eventually('it is made again', () => Promise.resolve(readOf(path) === 'two\n'));
});

function readOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
