/** All tables, as TypeORM is told of them. The migrations make exactly these: a test compares. */
import { audit } from './audit.js';
import { attempts, deliveries, pauses } from './deliveries.js';
import { grants } from './grants.js';
import { canary, sessions, signInLinks } from './identity.js';
import { slots, windows } from './limits.js';
import { asked, requests } from './requests.js';

export const entities = [
  requests,
  asked,
  deliveries,
  attempts,
  pauses,
  windows,
  slots,
  grants,
  signInLinks,
  sessions,
  canary,
  audit,
];
