/** Looks into the database beside the gates that run on it, and makes trouble there: their listeners are cut. */
import type { House } from './house.js';
import { onPostgres } from '../setup/databases.js';

/** The rows of one statement, beside every gate's own connections. */
export async function rowsOf<Row extends Record<string, unknown>>(
  { database }: Pick<House, 'database'>,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Row[]> {
  if (database.kind !== 'postgres') throw new Error('this house has PostgreSQL');
  const { rows } = await onPostgres(database.url, (client) => client.query<Row>(text, [...parameters]));
  return rows;
}

/** Ends every connection that brings changes to a gate, and answers how many there were. */
export async function cutListeners(house: Pick<House, 'database'>): Promise<number> {
  const cut = await rowsOf(
    house,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'koder-gate listener'`,
  );
  return cut.length;
}
