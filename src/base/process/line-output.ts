/**
 * An output of a process that has to last. Whoever writes a line never waits and never fails: a line that cannot be written
 * is lost, and counted. Lines wait in a bounded buffer while the reader is slow; when it is full, new ones are lost.
 *
 *   flowing ──a write fails, or the buffer is full──▶ failing ──a write succeeds──▶ flowing
 */

export interface LineSink {
  /** Calls back once: null when all of it was taken. `written`: how many bytes were taken before it failed. */
  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | null, written?: number) => void): void;
}

interface OutputReport {
  /** Since the start. */
  readonly lost: number;
  /** Why the latest loss: the system's code (`EPIPE`, `ENOSPC`), or `not_read`. Null: nothing was lost yet. */
  readonly cause: string | null;
  /** Lines are being lost now. */
  readonly isFailing: boolean;
}

export interface LineOutput {
  /** One or more whole lines. Never throws. */
  write(text: string): void;
  report(): OutputReport;
}

/** What may wait for a reader that is slow: some thousand lines. */
export const MAX_WAITING_BYTES = 1_048_576;
/** Waiting lines are written together, so that few calls are made; a call that fails loses no more than this. */
const MAX_TOGETHER_BYTES = 65_536;
/** The reader takes nothing, so that the buffer is full. */
const NOT_READ = 'not_read';

export function lineOutput(sink: LineSink): LineOutput {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let isWriting = false;
  let isTorn = false;
  let report: OutputReport = { lost: 0, cause: null, isFailing: false };

  function lose(lines: number, cause: string): void {
    report = { lost: report.lost + lines, cause, isFailing: true };
  }

  function writeNext(): void {
    const taken = takeTogether(waiting);
    isWriting = taken.length > 0;
    if (!isWriting) return;
    // what was left of a line that was cut off ends here, so that the next line can be read
    const bytes = Buffer.concat(isTorn ? [LINE_END, ...taken] : taken);
    try {
      sink.write(bytes, (error, written = 0) => {
        ended(taken, error, written);
      });
    } catch (error) {
      ended(taken, error as NodeJS.ErrnoException, 0);
    }
  }

  function ended(taken: readonly Buffer[], error: NodeJS.ErrnoException | null, written: number): void {
    if (error === null) {
      isTorn = false;
      if (report.isFailing) report = { ...report, isFailing: false };
    } else {
      isTorn ||= written > 0;
      lose(notWritten(taken, written), error.code ?? error.name);
    }
    waitingBytes -= taken.reduce((bytes, line) => bytes + line.length, 0);
    setImmediate(writeNext); // not at once: a sink that fails at once would otherwise be called deeper and deeper
  }

  return {
    write(text) {
      const line = Buffer.from(text);
      if (waitingBytes + line.length > MAX_WAITING_BYTES) return lose(linesIn(line), NOT_READ);
      waiting.push(line);
      waitingBytes += line.length;
      if (!isWriting) writeNext();
    },
    report: () => report,
  };
}

const LINE_END = Buffer.from('\n');

/** Takes what is written with one call from the front of `waiting`: at least one line. */
function takeTogether(waiting: Buffer[]): readonly Buffer[] {
  const taken: Buffer[] = [];
  let bytes = 0;
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    if (taken.length > 0 && bytes + next.length > MAX_TOGETHER_BYTES) break;
    bytes += next.length;
    taken.push(next);
    waiting.shift();
  }
  return taken;
}

/** A line that was written in part is lost. */
function notWritten(taken: readonly Buffer[], written: number): number {
  let left = written;
  let lost = 0;
  for (const line of taken) {
    if (left < line.length) lost += linesIn(line);
    left = Math.max(0, left - line.length);
  }
  return lost;
}

function linesIn(text: Buffer): number {
  let lines = 0;
  for (let at = text.indexOf(LINE_END); at !== -1; at = text.indexOf(LINE_END, at + 1)) lines += 1;
  return Math.max(1, lines);
}
