/** The same as `multiply.ts` on PostgreSQL: copies of one request that has ended long ago, of what belongs to it, in SQL. */
import { Client } from 'pg';

type Changes = Readonly<Record<string, string>>;

const EARLIER = '(copies.n + 1) * 30000';
const CARD = "copies.id || '-card'";
const ADDRESS = "'10.' || copies.n / 65536 || '.' || copies.n / 256 % 256 || '.' || copies.n % 256";

const TABLES: Readonly<Record<string, Changes>> = {
  requests: {
    id: 'copies.id',
    status_id: "md5('s' || copies.n)",
    token_hash: "md5('t' || copies.n)",
    address: ADDRESS,
    opened_at: `was.opened_at - ${EARLIER}`,
    decided_at: `was.decided_at - ${EARLIER}`,
  },
  deliveries: { id: CARD, request_id: 'copies.id', created_at: `was.created_at - ${EARLIER}` },
  attempts: { delivery_id: CARD },
  audit: { request_id: 'copies.id', address: ADDRESS },
};

export async function multiplyPastPostgres(url: string, copies: number): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(`CREATE TEMP TABLE copies AS
      SELECT n::bigint AS n, substr(md5(n::text), 1, 20) AS id FROM generate_series(0, ${String(copies - 1)}) n`);
    for (const [table, changes] of Object.entries(TABLES)) await copyRows(client, table, changes);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

async function copyRows(client: Client, table: string, changes: Changes): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1
       AND column_default IS NULL AND is_identity = 'NO' OR table_name = $1 AND column_default NOT LIKE 'nextval%'`,
    [table],
  );
  const names = rows.map(({ name }) => name);
  const values = names.map((name) => changes[name] ?? `was."${name}"`);
  await client.query(`CREATE TEMP TABLE was_${table} AS SELECT * FROM ${table}`);
  await client.query(`INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')})
    SELECT ${values.join(', ')} FROM was_${table} AS was, copies`);
}
