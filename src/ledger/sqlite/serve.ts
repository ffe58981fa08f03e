/**
 * What the worker does with what it is asked. Who reads is answered before the writers that wait, and between two commits, so
 * never sees what is not committed. Writers go through their queue. A change is told before the answer that made it.
 */
import type Database from 'better-sqlite3';
import type { Clock } from '../../base/clock.js';
import { verbs } from '../verbs.js';
import { createSqliteRunner } from './run.js';
import { failureOf, type FromWorker, type Told, type ToWorker } from './wire.js';
import { createWritersQueue, MAX_TOGETHER, type Fate } from './writers.js';

export interface Serving {
  /** What has arrived and was not taken yet; undefined where nothing has. */
  readonly next: () => ToWorker | undefined;
  readonly tell: (told: FromWorker) => void;
  /** Called once, when everything that was asked before is answered. */
  readonly close: () => void;
  /** Called whenever everybody is answered. */
  readonly idle: () => void;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Answers what to call with the first message that arrives: it and all that follow meanwhile are answered on return. */
export function serve(connection: Database.Database, serving: Serving): (first: ToWorker) => void {
  const { next, tell, clock } = serving;
  const run = createSqliteRunner(connection);
  const writers = createWritersQueue(connection, clock);
  let readers: Asking[] = [];
  let told: Told[] = [];
  let isClosing = false;

  function take(message: ToWorker): void {
    if (message.kind === 'close') isClosing = true;
    else if (verbs[message.name].mode === 'read') readers.push(message);
    else
      writers.add({
        run: () => run(message.name, message.wish),
        end: (fate) => void told.push(...news(message, fate)),
      });
  }

  /** No more than can be run soon: the rest waits as well where it is. */
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
    for (const asking of reading) told.push(...news(asking, read(asking)));
  }

  function read({ name, wish }: Asking): Fate {
    try {
      return { kind: 'committed', ran: run(name, wish) };
    } catch (error) {
      return { kind: 'failed', error };
    }
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

function news({ id }: Asking, fate: Fate): readonly Told[] {
  if (fate.kind === 'failed') return [{ kind: 'failed', id, failure: failureOf(fate.error) }];
  const { answer, changes } = fate.ran;
  return [...changes.map((change) => ({ kind: 'changed', change }) as const), { kind: 'answered', id, answer }];
}
