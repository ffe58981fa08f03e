/** What may be written in a site's keys: host names, environments, exceptions, days and countries. */
import type { Environment } from '../../approval/request.js';
import { isPattern } from '../../approval/site-pattern.js';
import { canonicalHost, isNarrow } from '../host.js';
import type { Wrong } from '../problems.js';

/** A host name, or a star for exactly its first label. Null for anything else. */
export function canonicalDomain(text: string): string | null {
  if (!isPattern(text)) return canonicalHost(text);
  const below = canonicalHost(text.slice(2));
  return below !== null && isNarrow(below) ? `*.${below}` : null;
}

export function hostWrong(text: string): Wrong | null {
  if (canonicalDomain(text) !== null) return null;
  if (text.includes('*'))
    return {
      problem: `"${text}" is no pattern that a site may have`,
      cure: 'Write one star for the whole first label, before two labels or more that are yours alone: *.preview.example.org.',
    };
  return {
    problem: `"${text}" is not a host name`,
    cure: 'Write the host alone, without scheme and path: stg.example.org.',
  };
}

const SPELLINGS: ReadonlyMap<string, Environment> = new Map([
  ['dev', 'dev'],
  ['devel', 'dev'],
  ['develop', 'dev'],
  ['development', 'dev'],
  ['stg', 'stg'],
  ['stage', 'stg'],
  ['staging', 'stg'],
  ['prd', 'prd'],
  ['prod', 'prd'],
  ['production', 'prd'],
  ['live', 'prd'],
]);

function isEnvironment(text: string): text is Environment {
  return text === 'dev' || text === 'stg' || text === 'prd';
}

/** The environment that is written or was meant, so that the rest can be checked by it; absent and unknown count as `dev`. */
export function environmentMeant(written: unknown): Environment {
  return (typeof written === 'string' ? SPELLINGS.get(written.trim().toLowerCase()) : undefined) ?? 'dev';
}

export function environmentWrong(text: string): Wrong | null {
  if (isEnvironment(text)) return null;
  const isKnown = SPELLINGS.has(text.trim().toLowerCase());
  const cure = isKnown ? `Write environment = "${environmentMeant(text)}".` : 'Write "dev", "stg" or "prd".';
  return { problem: `"${text}" is not an environment code (dev, stg, prd)`, cure };
}

export function exceptionWrong(text: string): Wrong | null {
  if (/^[a-z][a-z0-9_]{0,63}$/.test(text)) return null;
  return { problem: `"${text}" is not an exception's name`, cure: 'Write it like auth_gate_disabled.' };
}

/** A calendar day, or a point in time of which the day counts. */
export function dateWrong(text: string): Wrong | null {
  const day = text.slice(0, 10);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) && /^($|T| )/.test(text.slice(10));
  return isDay ? null : { problem: `"${text}" is not a date`, cure: 'Write year, month and day: "2030-01-31".' };
}

const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

export function countryWrong(text: string): Wrong | null {
  const upper = text.toUpperCase();
  const isCode = /^[A-Z]{2}$/.test(upper) && upper !== 'ZZ' && regionNames.of(upper) !== undefined;
  const canonical = isCode ? (new Intl.Locale(`und-${upper}`).region ?? upper) : upper;
  if (isCode && canonical === text) return null;
  const cure = isCode ? `Write "${canonical}".` : 'Write ISO 3166-1 alpha-2 codes: "BR", "PT".';
  return { problem: `"${text}" is not a country code`, cure };
}
