/**
 * What the worker does with the verbs it is asked for. Reads are answered between two commits, before the writes that wait, so
 * they never see uncommitted data. Writes go through the writers' queue. A change is told before the answer to its verb.
 */
import type Database from 'better-sqlite3';
import type { Clock } from '../../base/time/clock.js';
import { verbs } from '../verbs/verbs.js';
import type { SameFiles } from './same-files.js';
import { createSqliteRunner } from './run.js';
import { failureOf, type FromWorker, type Told, type ToWorker } from './wire.js';
import { createWritersQueue, MAX_TOGETHER, type Fate } from './writers.js';

export interface Serving {
  /** The next message that has arrived, or undefined. */
  readonly next: () => ToWorker | undefined;
  readonly tell: (told: FromWorker) => void;
  /** Called once, when everything that was asked before is answered. */
  readonly close: () => void;
  /** Called whenever everybody is answered. */
  readonly idle: () => void;
  /** Looked at before each commit and each reading: what is written to a file without a name is lost. */
  readonly files: SameFiles;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Answers a function to call with a message: when it returns, this message and all that arrived meanwhile are answered. */
export function serve(connection: Database.Database, serving: Serving): (first: ToWorker) => void {
  const { next, tell, files, clock } = serving;
  const run = createSqliteRunner(connection);
  const writers = createWritersQueue(connection, clock, () => files.demand());
  let readers: Asking[] = [];
  let told: Told[] = [];
  let isClosing = false;

  function take(message: ToWorker): void {
    if (message.kind === 'close') isClosing = true;
    else if (verbs[message.name].mode === 'read') readers.push(message);
    else
      writers.add({
        run: () => run(message.name, message.input),
        end: (fate) => void told.push(...news(message, fate)),
      });
  }

  /** Takes no more messages than one commit can carry: the others can wait just as well in the port. */
  function takeArrived(): void {
    while (writers.length() < MAX_TOGETHER) {
      const message = next();
      if (message === undefined) return;
      take(message);
    }
  }

  function answerReaders(): void {
    const reading = readers;
    readers = [];
    for (const asking of reading) told.push(...news(asking, read(asking, { run, files })));
  }

  function flush(): void {
    if (told.length > 0) tell(told);
    told = [];
  }

  return (first) => {
    take(first);
    do {
      takeArrived();
      answerReaders();
      flush();
      writers.commitNext(() => {
        takeArrived();
        return readers.length === 0;
      });
      flush();
    } while (readers.length > 0 || writers.length() > 0);
    if (isClosing) serving.close();
    else serving.idle();
  };
}

type Asking = Extract<ToWorker, { kind: 'ask' }>;

function read(
  { name, input }: Asking,
  { run, files }: { readonly run: ReturnType<typeof createSqliteRunner>; readonly files: SameFiles },
): Fate {
  try {
    files.demandForReads();
    return { kind: 'committed', ran: run(name, input) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

function news({ id }: Asking, fate: Fate): readonly Told[] {
  if (fate.kind === 'failed') return [{ kind: 'failed', id, failure: failureOf(fate.error) }];
  const { answer, changes } = fate.ran;
  return [...changes.map((change) => ({ kind: 'changed', change }) as const), { kind: 'answered', id, answer }];
}
