/**
 * Standard output and error of this process. A verb that prints an answer and ends writes to them as they are; when their
 * reader leaves early (`gate history | head`) that is a quiet end. A verb that lasts calls `lasting`, and from then on a line
 * that nobody takes is lost and counted, and the process goes on.
 */
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { lineOutput, type LineOutput } from '../base/process/line-output.js';
import { descriptorSink, streamSink, terminalSink } from '../base/process/line-sinks.js';
import { EXIT } from './exit-code.js';
import type { Surroundings } from './surroundings.js';

type Standard = WriteStream & { fd: number };

export type ProcessOutputs = Required<Pick<Surroundings, 'out' | 'err' | 'drained' | 'lasting'>>;

export function processOutputs(host: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit'>): ProcessOutputs {
  const { stdout, stderr } = host as { readonly stdout: Standard; readonly stderr: Standard };
  let lasting: ReturnType<ProcessOutputs['lasting']> | null = null;
  let isLeft = false;

  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (lasting !== null) return;
    if (error.code === 'EPIPE') return void (isLeft = true);
    stderr.write(`The output could not be written (${error.code ?? error.name}).\n`);
    host.exit(EXIT.no);
  });
  stderr.on('error', () => undefined); // nobody reads what would be said of it

  return {
    out: {
      write(text) {
        if (lasting !== null) lasting.out.write(text);
        else if (!isLeft) stdout.write(text);
      },
    },
    err: { write: (text) => void (lasting?.err ?? stderr).write(text) },
    async drained() {
      if (isLeft) host.exit(EXIT.ok); // the reader has what it wanted; the rest would be made for nobody
      if (stdout.writableNeedDrain) await once(stdout, 'drain').catch(() => undefined);
    },
    lasting: () => (lasting ??= { out: lineOutput(sinkOf(stdout)), err: lineOutput(sinkOf(stderr)) }),
  };
}

function sinkOf(stream: Standard): Parameters<typeof lineOutput>[0] {
  if (stream.isTTY) return terminalSink(stream.fd);
  return isOfSocket(stream) ? streamSink(stream) : descriptorSink(stream.fd);
}

/** Node makes a socket of a pipe, too. */
function isOfSocket(stream: Writable): boolean {
  return stream instanceof Socket;
}

/** The outputs of a verb that lasts: those of the process, or in a test whatever it brought. */
export function outputsOfAService(surroundings: Surroundings): { readonly out: LineOutput; readonly err: LineOutput } {
  return surroundings.lasting?.() ?? { out: unwatched(surroundings.out), err: unwatched(surroundings.err) };
}

function unwatched(output: Surroundings['out']): LineOutput {
  return { write: (text) => output.write(text), report: () => ({ lost: 0, cause: null, isFailing: false }) };
}
