/**
 * What lines are written to. None of these blocks the thread: Node writes to files and terminals synchronously
 * (nodejs.org/api/process.html, "A note on process I/O"), so a terminal stopped by Ctrl-S, or a disk that hangs, would stop
 * every check. Pipes and sockets it writes without blocking.
 */
import { appendFile, constants, openSync, write, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { LineSink } from './line-output.js';

/** How long to wait for a descriptor that takes nothing at this moment. */
const AGAIN_MS = 50;

/** A pipe or a socket. It needs a listener for its `error`; each failed write is told to its callback, too. */
export function streamSink(stream: Writable): LineSink {
  stream.on('error', () => undefined);
  return {
    write(bytes, done) {
      stream.write(bytes, (error) => {
        done(error ?? null);
      });
    },
  };
}

/** A file or a device, written by a thread of Node's own. */
export function descriptorSink(descriptor: number): LineSink {
  return { write: (bytes, done) => writeOn({ descriptor, bytes, done }, 0) };
}

/** A terminal, by a descriptor that never waits for it. Where the system does not give us one, as a file. */
export function terminalSink(descriptor: number): LineSink {
  const path = `/proc/self/fd/${String(descriptor)}`;
  try {
    const own = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    return { write: (bytes, done) => writeNow({ descriptor: own, bytes, done }, 0) };
  } catch {
    return descriptorSink(descriptor);
  }
}

/** A file by its name, opened for each write: it may be moved away or deleted meanwhile. */
export function fileSink(path: string, mode: number): LineSink {
  return {
    write(bytes, done) {
      appendFile(path, bytes, { mode }, (error) => {
        done(error);
      });
    },
  };
}

interface Writing {
  readonly descriptor: number;
  readonly bytes: Buffer;
  readonly done: Parameters<LineSink['write']>[1];
}

function writeOn(writing: Writing, from: number): void {
  const { descriptor, bytes, done } = writing;
  write(descriptor, bytes, from, bytes.length - from, null, (error, written) => {
    if (error?.code === 'EAGAIN') return waitAndCall(() => writeOn(writing, from));
    if (error !== null) return done(error, from);
    if (from + written < bytes.length) return writeOn(writing, from + written);
    done(null);
  });
}

function writeNow(writing: Writing, from: number): void {
  const { descriptor, bytes, done } = writing;
  let next = from;
  try {
    while (next < bytes.length) next += writeSync(descriptor, bytes, next);
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === 'EAGAIN') return waitAndCall(() => writeNow(writing, next));
    return done(failure, next);
  }
  done(null);
}

function waitAndCall(call: () => void): void {
  setTimeout(call, AGAIN_MS).unref();
}
