/** Parameters that several commands have. */
import type { Parameter } from './declaration.js';

export const SITE = { kind: 'word', isRequired: false, help: 'only for this host' } as const satisfies Parameter;

export const PAGE = {
  kind: 'page',
  isRequired: false,
  isNamed: true,
  help: 'ten rows at a time, instead of everything',
} as const satisfies Parameter;

/** Completed by the requests that wait. */
export const REQUEST = {
  kind: 'word',
  isRequired: true,
  help: "the request's id, or the beginning of it",
  completedBy: 'pending_requests',
} as const satisfies Parameter;

/** How long a grant lasts. */
export const FOR = {
  kind: 'duration',
  isRequired: false,
  isNamed: true,
  shown: '8h',
  help: "shorter than the site's own time: 30m, 8h, 2d",
} as const satisfies Parameter;
