/** Whether a site is gated. By the policy every dev and stg site is, unless it has an exception, which must end. */
import { POLICY_BY_ENVIRONMENT } from '../../approval/policy.js';
import type { Environment } from '../../approval/request.js';
import type { TableRead } from '../read-table.js';
import type { Reading } from './reading.js';
import { SITE_KEYS } from './site-keys.js';
import { exampleOf } from '../described.js';

const GATE_OFF_EXCEPTION = 'auth_gate_disabled';

/** `excepted`: open by the exception `auth_gate_disabled` until its day begins; then the gate closes by itself. */
export type GateState =
  { readonly kind: 'on' } | { readonly kind: 'off' } | { readonly kind: 'excepted'; readonly untilMs: number };

export type Exception =
  { readonly kind: 'none' } | { readonly kind: 'until'; readonly untilMs: number } | { readonly kind: 'wrong' };

/** An exception needs a reason and an end in the future. Answers whether it opens the site. */
export function readException(path: string, site: TableRead<typeof SITE_KEYS>, reading: Reading): Exception {
  const { exceptions, exceptions_justification: reason, exceptions_expire: day } = site.values;
  if (site.bad.has('exceptions')) return { kind: 'wrong' };
  if (exceptions === undefined) return { kind: 'none' };
  if (reason === undefined && !site.bad.has('exceptions_justification'))
    reading.tell(`${path}.exceptions_justification`, {
      problem: 'is missing, and exceptions need a reason',
      cure: `For example: exceptions_justification = ${exampleOf(SITE_KEYS.exceptions_justification)}`,
    });
  if (day === undefined && !site.bad.has('exceptions_expire'))
    reading.tell(`${path}.exceptions_expire`, {
      problem: 'is missing, and exceptions need an end',
      cure: 'Add the day on which they end: exceptions_expire = "YYYY-MM-DD".',
    });
  const untilMs = Date.parse(`${(day ?? '').slice(0, 10)}T00:00:00Z`);
  if (day !== undefined && untilMs <= reading.clock.nowMs())
    reading.tell(`${path}.exceptions_expire`, {
      problem: `the exceptions ended on ${day.slice(0, 10)}`,
      cure: 'Take exceptions out, or justify them anew with a day that lies ahead.',
    });
  if (!exceptions.includes(GATE_OFF_EXCEPTION)) return { kind: 'none' };
  return Number.isNaN(untilMs) ? { kind: 'wrong' } : { kind: 'until', untilMs };
}

export function gateState(
  facts: { path: string; environment: Environment; enabled: boolean | undefined; exception: Exception },
  reading: Reading,
): GateState {
  const { environment, exception } = facts;
  if (!POLICY_BY_ENVIRONMENT[environment].isGated) return { kind: facts.enabled === true ? 'on' : 'off' };
  if (facts.enabled !== false) return { kind: 'on' };
  if (exception.kind === 'until') return { kind: 'excepted', untilMs: exception.untilMs };
  if (exception.kind === 'none')
    reading.tell(`${facts.path}.enabled`, {
      problem: `is false, but ${environment} sites are gated`,
      cure: `Take it out, or add exceptions = ["${GATE_OFF_EXCEPTION}"] with exceptions_justification and exceptions_expire to the site.`,
    });
  return { kind: 'on' };
}
