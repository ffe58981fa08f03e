/**
 * A cache of prepared statements. A statement is found by its shape, which is the sequence of its literals and words without
 * the parameters: so its text, some kilobytes for the largest, is put together once and not for every call.
 */
import type Database from 'better-sqlite3';
import { render, type Sql, type SqlParameter } from '../sql.js';

/** There are few shapes, because one statement's differ only in the length of its lists; the bound is a safeguard. */
const MAX_PREPARED = 500;

/** Runs a statement; answers its rows, none where it returns none. */
export type All = (statement: Sql) => readonly unknown[];

/** A node of the tree of shapes: each literal, word or parameter leads to the next node, and the last has the statement. */
interface Shape {
  readonly next: Map<unknown, Shape>;
  prepared: Database.Statement | null;
}

const PARAMETER = Symbol('parameter');

export function preparedOn(connection: Database.Database): All {
  let none = newShape();
  let count = 0;

  function prepare(statement: Sql): Database.Statement {
    if (count === MAX_PREPARED) {
      none = newShape();
      count = 0;
    }
    count += 1;
    return connection.prepare(render(statement, 'sqlite').text);
  }

  return (statement) => {
    const parameters: SqlParameter[] = [];
    const shape = follow(none, statement, parameters);
    const ready = (shape.prepared ??= prepare(statement));
    if (ready.reader) return ready.all(...parameters);
    ready.run(...parameters);
    return [];
  };
}

function newShape(): Shape {
  return { next: new Map(), prepared: null };
}

/** Walks the tree along the statement, adding nodes where they are missing, and collects its parameters. */
function follow(from: Shape, { texts, holes }: Sql, parameters: SqlParameter[]): Shape {
  let shape = step(from, keyOf(texts));
  for (const hole of holes) {
    if (hole !== null && typeof hole === 'object') {
      shape = 'texts' in hole ? follow(shape, hole, parameters) : step(shape, hole.sqlite);
    } else {
      parameters.push(hole);
      shape = step(shape, PARAMETER);
    }
  }
  return shape;
}

/** A template literal is the same object every time; the texts of a list are made anew each time, so its length is the key. */
function keyOf(texts: Sql['texts']): unknown {
  return 'raw' in texts ? texts : `${String(texts.length)} texts: ${texts.join('')}`;
}

function step({ next }: Shape, key: unknown): Shape {
  const known = next.get(key);
  if (known !== undefined) return known;
  const made = newShape();
  next.set(key, made);
  return made;
}
