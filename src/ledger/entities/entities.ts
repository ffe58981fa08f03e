/** All tables, as TypeORM is told of them. The migrations make exactly these: a test compares. */
import { audit, auditHead, seals } from './audit.js';
import { deadLetters, replays } from './calls.js';
import { attempts, deliveries, pauses } from './deliveries.js';
import { grants } from './grants.js';
import { canary, linkCodes, links, serviceTokens, sessions, signInLinks } from './identity.js';
import { leases } from './leases.js';
import { mutes, slots, windows } from './limits.js';
import { asked, requests } from './requests.js';

export const entities = [
  requests,
  asked,
  deliveries,
  attempts,
  pauses,
  windows,
  slots,
  mutes,
  grants,
  signInLinks,
  sessions,
  linkCodes,
  links,
  serviceTokens,
  canary,
  replays,
  deadLetters,
  leases,
  audit,
  seals,
  auditHead,
];
