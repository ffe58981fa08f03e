/** SQLite's prepared statements: one for each shape, and never the wrong one. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { list, oneOf, sql, whole, type Sql } from '../../src/ledger/sql.js';
import { preparedOn, type All } from '../../src/ledger/sqlite/prepared.js';

let connection: Database.Database;
let prepared: string[];
let all: All;

beforeEach(() => {
  connection = new Database(':memory:');
  const prepare = connection.prepare.bind(connection);
  prepared = [];
  connection.prepare = (text: string) => {
    prepared.push(text);
    return prepare(text);
  };
  all = preparedOn(connection);
});

afterEach(() => void connection.close());

function sum(a: Sql | number, b: Sql | number): Sql {
  return sql`SELECT ${a} + ${b} AS sum`;
}

test('a statement is prepared once, whatever its parameters', () => {
  const sums = [1, 2, 3].map((number) => all(sum(number, 1)));

  expect(sums).toEqual([[{ sum: 2 }], [{ sum: 3 }], [{ sum: 4 }]]);
  expect(prepared).toHaveLength(1);
});

test('one that is made of other fragments is another, though it has as many parameters', () => {
  const sums = [all(sum(5, 3)), all(sum(sql`10 * ${5}`, 3)), all(sum(5, sql`10 * ${3}`)), all(sum(5, 3))];

  expect(sums).toEqual([[{ sum: 8 }], [{ sum: 53 }], [{ sum: 35 }], [{ sum: 8 }]]);
  expect(prepared).toHaveLength(3);
});

test('a word of the dialect tells statements apart', () => {
  const both = ['+', '-'].map((sign) => all(sql`SELECT ${7}${{ sqlite: sign, postgres: sign }}${2} AS found`));

  expect(both).toEqual([[{ found: 9 }], [{ found: 5 }]]);
});

test('lists are told apart by their length alone, and one that is a parameter not at all', () => {
  const inList = (values: readonly number[]): Sql => sql`SELECT ${2} IN (${list(values)}) AS found`;
  const inOne = (values: readonly number[]): Sql => sql`SELECT ${2} ${oneOf(values, 'integer')} AS found`;

  const found = [
    [1, 2],
    [3, 4],
    [1, 2, 3],
  ].flatMap((values) => [all(inList(values)), all(inOne(values))]);

  expect(found).toEqual([
    [{ found: 1 }],
    [{ found: 1 }],
    [{ found: 0 }],
    [{ found: 0 }],
    [{ found: 1 }],
    [{ found: 1 }],
  ]);
  expect(prepared).toHaveLength(3);
});

test('shapes without end do not fill the memory: old ones are forgotten, and prepared again', () => {
  const many = Array.from({ length: 600 }, (_, length) => list(Array.from({ length: length + 1 }, () => whole(1))));
  for (const values of many) all(sql`SELECT ${values}`);
  const before = prepared.length;

  all(sum(1, 1));
  all(sum(2, 2));

  expect(before).toBe(600);
  expect(prepared).toHaveLength(601);
});
