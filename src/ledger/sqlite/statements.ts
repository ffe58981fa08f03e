/**
 * Prepared statements, found again by their shape: the literals and words that a statement is made of, whatever its
 * parameters. So a text of some kilobytes is written once, and not for each call, only to be looked for among others.
 */
import type Database from 'better-sqlite3';
import { render, type Sql, type SqlParameter } from '../sql.js';

/** Shapes differ only in the length of their lists, so there are few; the bound is against the unforeseen. */
const MAX_PREPARED = 500;

/** Runs a statement; answers its rows, none where it returns none. */
export type All = (statement: Sql) => readonly unknown[];

/** One more literal, word or parameter of a statement leads to the next shape; the last one has the statement. */
interface Shape {
  readonly next: Map<unknown, Shape>;
  prepared: Database.Statement | null;
}

const PARAMETER = Symbol('parameter');

export function statementsOf(connection: Database.Database): All {
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

/** Fills `parameters` on its way. */
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

/** A template literal is one object wherever it is reached again; a list is made anew, and known by its length. */
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
