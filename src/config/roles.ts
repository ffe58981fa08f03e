/** The roles of a process: which of the gate's work it does. src/compose/roles.ts says what each of them runs. */
import type { ConfigProblem } from '../contract/channel.js';
import { nearest } from '../base/text/nearest.js';
import { ENVIRONMENT, type Wrong } from './problems.js';

export const ROLES = ['public', 'gate', 'admin', 'courier'] as const;

export type Role = (typeof ROLES)[number];

export const EVERY_ROLE: ReadonlySet<Role> = new Set(ROLES);

/** `gate,public`: comma-separated, in any order. */
export function parseRoles(text: string): ReadonlySet<Role> {
  const named = namesOf(text);
  return new Set(ROLES.filter((role) => named.includes(role)));
}

export function rolesWrong(text: string): Wrong | null {
  const named = namesOf(text);
  const known = `Known: ${ROLES.join(', ')}; without any, a process has all of them.`;
  if (named.length === 0) return { problem: 'names no role', cure: known };
  const unknown = named.find((name) => !ROLES.some((role) => role === name));
  if (unknown === undefined) return null;
  const meant = nearest(unknown, ROLES);
  const cure = meant === null ? known : `Did you mean ${meant}? ${known}`;
  return { problem: `names "${unknown.slice(0, 60)}", which is no role`, cure };
}

/** On SQLite there is only one process, so nobody does what it leaves out. It may lack a plane, but not the courier. */
export function rolesOnSqlite(roles: ReadonlySet<Role>): readonly ConfigProblem[] {
  if (roles.has('courier')) return [];
  return [
    {
      file: ENVIRONMENT,
      key: 'GATE_ROLES',
      problem: 'leaves out courier, and SQLite lets no second process do its work: no approver would ever be asked',
      cure: 'Add courier or leave GATE_ROLES out; for several processes name a PostgreSQL database in DATABASE_URL.',
    },
  ];
}

function namesOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
