/** The worker thread in which SQLite lives: an fsync in the main thread would stop every check. */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { systemClock } from '../../base/time/clock.js';
import type Database from 'better-sqlite3';
import { holdLock } from './lock.js';
import { settleEnclosed } from './enclosed.js';
import { keepLog } from './checkpoints.js';
import { serve } from './serve.js';
import { sameFiles } from './same-files.js';
import { openSqliteSource } from './source.js';
import { failureOf, type FromWorker, type ToWorker, type WorkerStart } from './wire.js';

if (parentPort === null) throw new Error('this file is a worker thread');
await start(parentPort, workerData as WorkerStart);

async function start(port: MessagePort, given: WorkerStart): Promise<void> {
  try {
    await open(port, given);
    tell(port, [{ kind: 'ready' }]);
  } catch (error) {
    tell(port, [{ kind: 'refused', failure: failureOf(error) }]);
    port.close();
  }
}

async function open(port: MessagePort, { file, enclosedFile }: WorkerStart): Promise<void> {
  const letGo = holdLock(file);
  const { source, connection } = await openSqliteSource(file);
  await source.runMigrations({ transaction: 'all' });
  if (enclosedFile !== null) settleEnclosed(connection, enclosedFile);
  const clock = systemClock();
  const log = keepLog(connection, clock);
  const files = sameFiles(file, clock);
  files.demand();
  const answer = serve(connection, {
    files,
    next: () => (receiveMessageOnPort(port) as { readonly message: ToWorker } | undefined)?.message,
    tell: (told) => tell(port, told),
    close() {
      log.stop();
      moveLog(connection);
      void source.destroy().then(() => {
        letGo();
        port.close();
      });
    },
    idle: log.whenIdle,
    clock,
  });
  port.on('message', answer);
}

/** What cannot be moved into the file stays in the log beside it, and is read from there at the next start. */
function moveLog(connection: Database.Database): void {
  try {
    connection.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // a full or broken disk
  }
}

function tell(port: MessagePort, told: FromWorker): void {
  port.postMessage(told);
}
