/** The main thread's end of the SQLite worker: asks, answers, and what to say when the worker is gone. */
import { Worker } from 'node:worker_threads';
import { LedgerUnavailable } from '../../contract/ledger-unavailable.js';
import type { LedgerBackend } from '../client.js';
import { createListeners, type Listeners } from '../listeners.js';
import type { Answer, Ask, VerbName, Input } from '../verbs/verb.js';
import { asSqliteFailure } from './failure.js';
import type { Failure, FromWorker, Told, ToWorker, WorkerStart } from './wire.js';

export interface SqliteThread extends LedgerBackend {
  /** Ends the thread at once, as a crash would. */
  kill(): Promise<void>;
}

interface Asked {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Resolves when the database is open and migrated. Rejects with what refused, its `code` kept. */
export async function startSqliteThread(file: string, enclosedFile: string | null = null): Promise<SqliteThread> {
  // Without this process's own flags: some (`--input-type`) do not fit a file.
  const start = { workerData: { file, enclosedFile } satisfies WorkerStart, execArgv: [] };
  const worker = new Worker(new URL('./worker.js', import.meta.url), start);
  const asked = new Map<number, Asked>();
  const listeners = createListeners();
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  let lastId = 0;
  let isOver = false;

  function gone(cause?: unknown): void {
    isOver = true;
    for (const { reject } of asked.values()) reject(unavailable(cause));
    asked.clear();
    listeners.tell({ kind: 'lost' });
    listeners.silence();
  }

  await ready(worker, { file, asked, listeners, gone });
  const ask: Ask = <Name extends VerbName>(name: Name, ...input: Input<Name>) => {
    if (isOver) return Promise.reject(unavailable());
    return new Promise<Answer<Name>>((resolve, reject) => {
      const id = ++lastId;
      asked.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      worker.postMessage({ kind: 'ask', id, name, input } satisfies ToWorker);
    });
  };
  return {
    ask,
    subscribe: listeners.add,
    async close() {
      listeners.silence();
      if (!isOver) worker.postMessage({ kind: 'close' } satisfies ToWorker);
      isOver = true;
      await exited;
    },
    async kill() {
      await worker.terminate();
    },
  };
}

interface Ends {
  readonly file: string;
  readonly asked: Map<number, Asked>;
  readonly listeners: Listeners;
  readonly gone: (cause?: unknown) => void;
}

/** Wires the worker to those who wait for it; resolves with its first word. */
function ready(worker: Worker, { file, asked, listeners, gone }: Ends): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (messages: FromWorker) => {
      for (const told of messages) {
        if (told.kind === 'ready') resolve();
        else if (told.kind === 'refused') reject(errorOf(told.failure));
        else if (told.kind === 'changed') listeners.tell(told.change);
        else settle(told, asked, file);
      }
    });
    for (const event of ['error', 'exit'] as const) {
      worker.once(event, (cause: unknown) => {
        gone(cause);
        reject(unavailable(cause));
      });
    }
  });
}

function settle(told: Extract<Told, { kind: 'answered' | 'failed' }>, asked: Map<number, Asked>, file: string): void {
  const waiting = asked.get(told.id);
  asked.delete(told.id);
  if (told.kind === 'answered') waiting?.resolve(told.answer);
  else waiting?.reject(askFailure(told.failure, file));
}

function unavailable(cause?: unknown): LedgerUnavailable {
  return new LedgerUnavailable('the SQLite ledger cannot answer', { cause });
}

function askFailure(failure: Failure, file: string): Error {
  const cause = errorOf(failure);
  return asSqliteFailure(failure.code, { file, cause }) ?? cause;
}

/** The error again, on this side of the wire: its words, its code and where it was thrown. */
function errorOf({ name, message, code, stack }: Failure): Error {
  return Object.assign(new Error(message), { name, code, stack });
}
