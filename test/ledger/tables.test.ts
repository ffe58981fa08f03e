/** What is made of a table's declaration: its INSERTs, recordsets and mappers. What must not compile stands under `@ts-expect-error`. */
import { expect, test } from '@jest/globals';
import type { RequestId, SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import { now, render, sql } from '../../src/ledger/sql.js';
import { columnsOf, integer } from '../../src/ledger/tables/columns.js';
import { attempts, deliveries, pauses } from '../../src/ledger/tables/deliveries.js';
import { grants } from '../../src/ledger/tables/grants.js';
import { cellsOf, insertFrom, insertInto } from '../../src/ledger/tables/insert.js';
import { leases } from '../../src/ledger/tables/leases.js';
import { slots, type SlotRow } from '../../src/ledger/tables/limits.js';
import { mapper } from '../../src/ledger/tables/mapper.js';
import { fieldsOf, recordset } from '../../src/ledger/tables/recordset.js';
import { requests } from '../../src/ledger/tables/requests.js';

test('a row is written with its values as parameters of their columns’ types, and computed ones as they are', () => {
  const { text, parameters, isFixed } = render(
    insertInto(leases, { name: 'seal', owner: 'me', until: sql`${5} + ${7}` }),
    'postgres',
  );

  expect(text).toBe('INSERT INTO leases (name, owner, until) VALUES (CAST($1 AS text), CAST($2 AS text), $3 + $4)');
  expect(parameters).toEqual(['seal', 'me', 5, 7]);
  expect(isFixed).toBe(true);
});

test('null has its column’s type too, so that it may stand in any SELECT', () => {
  const { text, parameters } = render(cellsOf(grants, { ...GRANT, request_id: null, revoked_at: null }), 'sqlite');

  expect(text).toMatch(/, CAST\(\? AS text\), CAST\(\? AS bigint\)$/);
  expect(parameters.slice(-2)).toEqual([null, null]);
});

test('rows of a recordset are written as they stand in it, with what is the same for all', () => {
  const made = columnsOf(attempts, 'delivery_id', 'attempt');
  const given = [{ delivery_id: 'd1', attempt: 1 }];
  const row = { ...fieldsOf('made', made), task: 'notify' as const, started_at: now };
  const statement = insertFrom(attempts, row, sql`FROM ${recordset('made', given, made)}`);

  expect(render(statement, 'postgres')).toEqual({
    text:
      'INSERT INTO attempts (delivery_id, attempt, task, started_at) ' +
      `SELECT made.delivery_id, made.attempt, CAST($1 AS text), ${now.postgres} ` +
      'FROM json_to_recordset(CAST($2 AS json)) AS made(delivery_id text, attempt integer)',
    parameters: ['notify', JSON.stringify(given)],
    isFixed: true,
  });
  expect(render(statement, 'sqlite').text).toContain(
    "FROM (SELECT value ->> 'delivery_id' AS delivery_id, value ->> 'attempt' AS attempt FROM json_each(?)) AS made",
  );
});

test('a record has the names of the contract, times with their unit, and facts that are true or false', () => {
  const known = mapper(requests, 'id', 'their_confirm_url', 'opened_at', 'window_until', 'is_denial_shared');
  const row = {
    their_confirm_url: null,
    opened_at: 5,
    window_until: null,
    id: 'r1' as RequestId,
    token_hash: 'secret',
  };

  const records = [null, 0, 1].map((is_denial_shared) => known({ ...row, is_denial_shared }));

  const same = { id: 'r1', theirConfirmUrl: null, openedAtMs: 5, windowUntilMs: null };
  expect(records).toEqual([null, false, true].map((isDenialShared) => ({ ...same, isDenialShared })));
});

test('where no column is named, a record has all', () => {
  const slot: SlotRow = { approver: 'a' as SlotRow['approver'], n: 1, until: 9, request_id: null, holder: null };

  expect(mapper(slots)(slot)).toEqual({ approver: 'a', n: 1, untilMs: 9, requestId: null, holder: null });
});

const GRANT = {
  site: 'dev.example' as SiteKey,
  address: '192.0.2.7' as VisitorAddress,
  until: 9,
  granted_at: 5,
  granted_by: 'operator:ann',
};

test('what the declaration does not allow does not compile', () => {
  const compiled = (): void => {
    // @ts-expect-error a column is missing
    insertInto(leases, { name: 'seal', owner: 'me' });
    // @ts-expect-error there is no such column
    insertInto(leases, { name: 'seal', owner: 'me', until: 5, holder: 'me' });
    // @ts-expect-error there is none even where the row was put together before
    insertInto(leases, { ...{ name: 'seal', owner: 'me', until: 5, holder: 'me' } });
    // @ts-expect-error a time is a number
    insertInto(leases, { name: 'seal', owner: 'me', until: '5' });
    // @ts-expect-error this column is never null
    insertFrom(leases, { name: 'seal', owner: null, until: 5 }, sql``);
    // @ts-expect-error a reason is no transport
    insertInto(pauses, { carrier: 'refused', reason: 'refused', since_at: 5, probe_at: 5 });
    // @ts-expect-error the database numbers them
    insertInto(grants, { ...GRANT, id: 5 });
    // @ts-expect-error there is no such column
    columnsOf(deliveries, 'id', 'transport');
    // @ts-expect-error the row lacks a column of the recordset
    recordset('made', [{ id: 'd1' }], { ...columnsOf(deliveries, 'id'), is_claimed: integer });
    // @ts-expect-error there is no such column
    mapper(grants, 'id', 'expires_at');
    // @ts-expect-error a record has no field that was not named
    String(mapper(grants, 'id')({ id: 5 }).site);
  };

  expect(compiled).toBeInstanceOf(Function);
});
