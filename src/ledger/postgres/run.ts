/** Runs units of work on PostgreSQL: every statement awaited, a transaction around those that need one. */
import type pg from 'pg';
import { render, sql, verbatim, type Sql } from '../sql.js';
import { statementsOf, type Ran, type Statements } from '../statements.js';
import type { CompoundRows, CompoundWrite } from '../unit-of-work.js';
import type { VerbName } from '../verbs/verb.js';
import { unitOfWorkOf, verbs } from '../verbs/verbs.js';
import { connectionsOf, type Connections } from './connections.js';
import { cureOf, endsConnection, isServers } from './failure.js';
import { createNaming, NAMELESS, type Naming } from './naming.js';

const MAX_RUNS = 5;

/**
 * Verbs that know their own call again. When the connection ends under one, nobody can say whether its commit stands; run
 * again it finds what it did, or does it now, and either way whoever waits is told the truth.
 */
const KNOWS_ITSELF: ReadonlySet<VerbName> = new Set([
  'requests.open',
  'requests.openOrAdd',
  'requests.decide',
  'grants.grant',
  'grants.revoke',
  'grants.extend',
  'mutes.mute',
  'mutes.unmute',
]);

export type RunVerb = (name: VerbName, input: readonly unknown[]) => Promise<Ran>;

/**
 * Runs verbs, again where a deadlock undid one, or where what a connection had prepared does not hold any more.
 * `onNameless`: from now on every statement is planned anew, since connections forget what was prepared on them.
 */
export function createPostgresRunner(pool: pg.Pool, onNameless: () => void = ignored): RunVerb {
  const connections = connectionsOf(pool);
  let naming = createNaming();

  function isCured(error: unknown, used: Naming): boolean {
    const cure = cureOf(error);
    if (naming !== used) return cure !== null; // another verb that failed at the same time has changed the naming already
    if (cure === 'run_with_new_names') naming = used.renewed();
    if (cure === 'run_without_names') {
      naming = NAMELESS;
      onNameless();
    }
    return cure !== null;
  }

  return async (name, input) => {
    let isInDoubt = false;
    for (let runs = 1; ; runs += 1) {
      const used = naming;
      const run: Run = { connections, naming: used, isCutOff: false };
      try {
        return await runOnce(run, name, input);
      } catch (error) {
        const wasInDoubt = isInDoubt;
        isInDoubt = run.isCutOff && KNOWS_ITSELF.has(name);
        const isWorthIt = isCured(error, used) || (isInDoubt && !wasInDoubt);
        if (!isWorthIt || runs >= MAX_RUNS) throw error;
      }
    }
  };
}

interface Run {
  readonly connections: Connections;
  readonly naming: Naming;
  /** Set when the connection ended under a statement. One that fell silent is not cut off: nobody waits twice for that. */
  isCutOff: boolean;
}

async function runOnce(run: Run, name: VerbName, input: readonly unknown[]): Promise<Ran> {
  const { connections, naming } = run;
  const client = await connections.take();
  // The pool listens while a connection is idle; this one's loss is said by the statement that finds it gone. A connection
  // that is given up keeps the listener, because the pool has none for it any more and an unheard 'error' ends the process.
  const cutOff = (): void => {
    run.isCutOff = true;
  };
  client.on('error', cutOff);
  try {
    const statements = statementsOf(unitOfWorkOf(name, input), compoundStatements);
    const work = (): Promise<Ran> => runStatements(statements, { client, naming });
    const ran = await (verbs[name].mode === 'write' ? inTransaction(client, work) : work());
    client.off('error', cutOff);
    client.release();
    return ran;
  } catch (error) {
    run.isCutOff ||= endsConnection(error);
    if (!run.isCutOff && !isServers(error)) connections.suspectAll();
    // after a failure nobody knows in which state this connection is: the pool makes a new one
    client.release(true);
    throw error;
  }
}

function ignored(): void {
  // nobody asked to be told
}

async function inTransaction<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  const answer = await work();
  await client.query('COMMIT');
  return answer;
}

interface Session {
  readonly client: pg.PoolClient;
  readonly naming: Naming;
}

async function runStatements(statements: Statements<Ran>, session: Session): Promise<Ran> {
  let step = statements.next();
  while (step.done !== true) step = statements.next(await all(session, step.value));
  return step.value;
}

async function all({ client, naming }: Session, statement: Sql): Promise<readonly unknown[]> {
  const rendered = render(statement, 'postgres');
  const { text, parameters } = rendered;
  const name = naming.nameOf(rendered);
  const result = await client.query<Record<string, unknown>>({
    text,
    values: [...parameters],
    ...(name === undefined ? {} : { name }),
  });
  return result.rows;
}

/** One data-modifying CTE: either all of it happens or none, in one round trip and one commit. */
function* compoundStatements({ winning, consequences, answers: read }: CompoundWrite): Statements<CompoundRows> {
  const parts: readonly (readonly [string, Sql])[] = [['won', winning], ...Object.entries(consequences)];
  const ctes = { texts: edges(parts, (name) => `${name} AS (`, ')'), holes: parts.map(([, part]) => part) };
  const named = read ?? parts.map(([name]) => name);
  const answers = named.map((name) => `(SELECT coalesce(json_agg(${name}), '[]') FROM ${name}) AS ${name}`);
  const [done] = yield sql`WITH ${ctes} SELECT ${verbatim(answers.join(', '))}`;
  return done as CompoundRows;
}

function edges(parts: readonly (readonly [string, Sql])[], open: (name: string) => string, shut: string): string[] {
  const texts = parts.map(([name], index) => (index === 0 ? '' : `${shut}, `) + open(name));
  return [...texts, shut];
}
