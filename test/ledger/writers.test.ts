/** The writers’ queue on SQLite: what those that share a commit promise each other. */
import { describe, expect, test } from '@jest/globals';
import { MAX_TOGETHER } from '../../src/ledger/sqlite/writers.js';
import { approval, opened, openInput } from '../contract/ledger/inputs.js';
import { commitsIn, logFrames } from './log-frames.js';
import {
  asking,
  connection,
  database,
  fates,
  marking,
  marks,
  openQueue,
  queueBy,
  queue,
} from '../fixtures/databases/writers.js';

openQueue();

describe('those that wait', () => {
  test('share one commit, are answered in their order, and no answer comes before it is for everybody to see', () => {
    const seen: unknown[] = [];
    for (const name of ['a', 'b', 'c']) {
      queue.add({
        run: () => {
          connection.prepare('INSERT INTO marks (name) VALUES (?)').run(name);
          seen.push(marks());
          return { answer: name, changes: [] };
        },
        end: (fate) => void seen.push([fate.kind === 'committed' && fate.ran.answer, marks()]),
      });
    }

    queue.commitNext();

    const all = ['a', 'b', 'c'];
    expect(seen).toEqual([[], [], [], ['a', all], ['b', all], ['c', all]]);
    expect(commitsIn(logFrames(database.where.file))).toBe(1);
  });

  test('see what those before them wrote: of two decisions that share a commit, the second learns who was first', () => {
    const input = openInput();
    asking('requests.open', input, opened);
    asking('requests.decide', approval(input));
    asking('requests.decide', approval(input, { outcome: 'denied' }));

    queue.commitNext();

    const answers = fates.map((fate) => (fate.kind === 'committed' ? fate.ran.answer : null));
    expect(answers).toMatchObject([
      { kind: 'opened' },
      { kind: 'decided' },
      { kind: 'already', decision: { outcome: 'approved' } },
    ]);
    expect(commitsIn(logFrames(database.where.file))).toBe(1);
  });

  test('keep their news to themselves until then: each tells its own, in its order', () => {
    const inputs = [openInput(), openInput()];
    for (const input of inputs) asking('requests.open', input, opened);

    queue.commitNext();

    const told = fates.map((fate) => (fate.kind === 'committed' ? fate.ran.changes : []));
    expect(told.map(([first]) => first)).toMatchObject(inputs.map(({ id }) => ({ kind: 'request', id })));
  });

  test('are committed by the first "no", and the others with the next commit', () => {
    for (const name of ['a', 'b', 'c']) marking(name);
    let welcome = 1;

    queue.commitNext(() => welcome-- > 0);

    expect(marks()).toEqual(['a', 'b']);
    queue.commitNext();
    expect(marks()).toEqual(['a', 'b', 'c']);
  });

  test('take those with them that come meanwhile', () => {
    marking('a');
    let isFirst = true;

    queue.commitNext(() => {
      if (isFirst) marking('late');
      isFirst = false;
      return true;
    });

    expect(marks()).toEqual(['a', 'late']);
    expect(commitsIn(logFrames(database.where.file))).toBe(1);
  });

  test('are never more than the bound', () => {
    for (let index = 0; index <= MAX_TOGETHER; index += 1) marking(`m${String(index)}`);

    queue.commitNext();

    expect(marks()).toHaveLength(MAX_TOGETHER);
    expect(queue.length()).toBe(1);
  });

  test('are committed when the first of them has waited for long enough', () => {
    let ms = 0;
    queueBy({ monotonicMs: () => (ms += 2) });
    for (const name of ['a', 'b', 'c', 'd', 'e']) marking(name);

    queue.commitNext();

    expect(marks()).toEqual(['a', 'b', 'c']);
  });
});
