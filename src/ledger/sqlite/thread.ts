/** The main thread's end of the SQLite worker: asks, answers, and what to say when the worker is gone. */
import { Worker } from 'node:worker_threads';
import { LedgerUnavailable } from '../../contract/ledger-unavailable.js';
import type { Change } from '../../contract/ledger.js';
import type { Answering } from '../facade.js';
import type { Answer, Ask, VerbName, Wish } from '../verbs.js';
import type { Failure, FromWorker, ToWorker, WorkerStart } from './wire.js';

/** Those of SQLite's results that say "the database cannot answer"; all others are bugs (sqlite.org/rescode.html). */
const UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CORRUPT|NOTADB|READONLY|CANTOPEN|PROTOCOL|NOMEM)/;

export interface SqliteThread extends Answering {
  /** Ends the thread at once, as a crash would. */
  kill(): Promise<void>;
}

interface Asked {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Resolves when the database is open and migrated. Rejects with what refused, its `code` kept. */
export async function startSqliteThread(file: string): Promise<SqliteThread> {
  // Without this process's own flags: some (`--input-type`) do not fit a file.
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { file } satisfies WorkerStart,
    execArgv: [],
  });
  const asked = new Map<number, Asked>();
  const listeners: ((change: Change) => void)[] = [];
  let lastId = 0;
  let isGone = false;
  let isClosing = false;

  const exited = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      resolve();
    }),
  );
  const started = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') resolve();
      else if (message.kind === 'refused') reject(startFailure(message.failure));
      else if (message.kind === 'changed')
        listeners.forEach((listener) => {
          listener(message.change);
        });
      else settle(asked, message);
    });
    worker.once('error', (error) => {
      gone(error);
      reject(unavailable(error));
    });
    worker.once('exit', () => {
      gone();
      reject(unavailable());
    });
  });

  function gone(cause?: unknown): void {
    if (isGone) return;
    isGone = true;
    for (const { reject } of asked.values()) reject(unavailable(cause));
    asked.clear();
    if (!isClosing)
      listeners.forEach((listener) => {
        listener({ kind: 'lost' });
      });
  }

  function post(message: ToWorker): void {
    worker.postMessage(message);
  }

  const ask: Ask = <Name extends VerbName>(name: Name, ...wish: Wish<Name>) => {
    if (isGone || isClosing) return Promise.reject(unavailable());
    return new Promise<Answer<Name>>((resolve, reject) => {
      const id = ++lastId;
      asked.set(id, {
        resolve: (answer) => {
          resolve(answer as Answer<Name>);
        },
        reject,
      });
      post({ kind: 'ask', id, name, wish });
    });
  };

  await started;
  return {
    ask,
    subscribe: (listener) => void listeners.push(listener),
    async close() {
      if (!isGone && !isClosing) {
        isClosing = true;
        listeners.length = 0;
        post({ kind: 'close' });
      }
      await exited;
    },
    async kill() {
      await worker.terminate();
    },
  };
}

function settle(asked: Map<number, Asked>, message: Extract<FromWorker, { kind: 'answered' | 'failed' }>): void {
  const waiting = asked.get(message.id);
  asked.delete(message.id);
  if (message.kind === 'answered') waiting?.resolve(message.answer);
  else waiting?.reject(askFailure(message.failure));
}

function unavailable(cause?: unknown): LedgerUnavailable {
  return new LedgerUnavailable('the SQLite ledger cannot answer', { cause });
}

function askFailure(failure: Failure): Error {
  return UNAVAILABLE.test(failure.code) ? unavailable(startFailure(failure)) : startFailure(failure);
}

/** The error again, on this side of the wire: its words, its code and where it was thrown. */
function startFailure({ name, message, code, stack }: Failure): Error {
  return Object.assign(new Error(message), { name, code, stack });
}
