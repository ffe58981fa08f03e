/** The template that makes one text for two dialects, with every value a parameter. */
import { expect, test } from '@jest/globals';
import { list, nowOnce, oneOf, render, sql, whole, type Sql } from '../../src/ledger/sql.js';

test('parameters are numbered over nested fragments for PostgreSQL and plain for SQLite', () => {
  const statement = sql`SELECT ${1} WHERE a IN (${list(['x', sql`lower(${'Y'})`])}) AND b = ${null}`;

  expect(render(statement, 'postgres')).toEqual({
    text: 'SELECT $1 WHERE a IN ($2, lower($3)) AND b = $4',
    parameters: [1, 'x', 'Y', null],
    isFixed: false,
  });
  expect(render(statement, 'sqlite')).toEqual({
    text: 'SELECT ? WHERE a IN (?, lower(?)) AND b = ?',
    parameters: [1, 'x', 'Y', null],
    isFixed: false,
  });
});

test('no value ever becomes text of the statement', () => {
  const { text, parameters } = render(sql`SELECT ${"'; DROP TABLE requests; --"}, ${whole(5)}`, 'postgres');

  expect(text).toBe('SELECT $1, CAST($2 AS bigint)');
  expect(parameters).toEqual(["'; DROP TABLE requests; --", 5]);
});

test('a text is fixed unless it holds a list, at whatever depth: many values as one parameter keep it so', () => {
  const isFixed = (statement: Sql): boolean => render(sql`SELECT ${sql`(${statement})`}`, 'postgres').isFixed;

  expect(isFixed(list(['one']))).toBe(false);
  expect(isFixed(sql`a ${oneOf(['x', 'y'], 'text')}`)).toBe(true);
  expect(isFixed(whole(5))).toBe(true);
});

test('words that differ are spelled for their dialect', () => {
  const statement = sql`SELECT ${nowOnce}`;

  expect(render(statement, 'sqlite').text).toContain('unixepoch');
  expect(render(statement, 'postgres').text).toContain('clock_timestamp');
});
