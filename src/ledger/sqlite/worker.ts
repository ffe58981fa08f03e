/**
 * The worker thread in which SQLite lives: an fsync in the main thread would stop every check. It answers one verb
 * after the other, in the order asked; a change is told before the answer that made it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { holdLock } from './lock.js';
import { createSqliteRunner, type RunVerb } from './run.js';
import { openSqliteSource } from './source.js';
import { failureOf, type FromWorker, type ToWorker, type WorkerStart } from './wire.js';

const port = parentPort;
if (port === null) throw new Error('this file is a worker thread');

function tell(message: FromWorker): void {
  port?.postMessage(message);
}

async function start({ file }: WorkerStart): Promise<void> {
  const letGo = holdLock(file);
  const { source, connection } = await openSqliteSource(file);
  await source.runMigrations({ transaction: 'all' });
  const run = createSqliteRunner(connection, (change) => {
    tell({ kind: 'changed', change });
  });
  port?.on('message', (message: ToWorker) => {
    if (message.kind === 'ask') {
      answer(run, message);
      return;
    }
    connection.pragma('wal_checkpoint(TRUNCATE)');
    void source.destroy().then(() => {
      letGo();
      port.close();
    });
  });
  tell({ kind: 'ready' });
}

function answer(run: RunVerb, { id, name, wish }: Extract<ToWorker, { kind: 'ask' }>): void {
  try {
    tell({ kind: 'answered', id, answer: run(name, wish) });
  } catch (error) {
    tell({ kind: 'failed', id, failure: failureOf(error) });
  }
}

start(workerData as WorkerStart).catch((error: unknown) => {
  tell({ kind: 'refused', failure: failureOf(error) });
  port.close();
});
