/** The tests' own ground: without it the other suites would prove nothing. */
import { expect, test } from '@jest/globals';
import { createPostgresDatabase, onPostgres } from '../fixtures/databases/databases.js';

test('every suite gets a PostgreSQL database of its own, and it is gone after removal', async () => {
  const one = await createPostgresDatabase();
  const other = await createPostgresDatabase();
  await onPostgres(one.where.url, (client) => client.query('CREATE TABLE mine (id int)'));

  const seen = await onPostgres(other.where.url, (client) => client.query("SELECT to_regclass('mine') AS name"));

  expect(seen.rows).toEqual([{ name: null }]);
  await one.remove();
  await other.remove();
  await expect(onPostgres(one.where.url, () => Promise.resolve())).rejects.toMatchObject({ code: '3D000' });
});
