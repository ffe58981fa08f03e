/** All tables, as TypeORM is told of them. The migrations make exactly these: a test compares. */
import { EntitySchema, EntitySchemaOptions } from 'typeorm';
import { accounts, credentials, signInStates } from './accounts.js';
import { audit, auditHead, seals } from './audit.js';
import { deadLetters, replays } from './calls.js';
import type { Columns, Table } from './columns.js';
import { attempts, deliveries, pauses } from './deliveries.js';
import { challenges, passkeys, recoveryCodes, totp, totpSteps } from './factors.js';
import { failures, suppressions } from './failures.js';
import { grants } from './grants.js';
import { handedOut, handoffs } from './handoffs.js';
import {
  accessTokens,
  canary,
  enrolments,
  linkCodes,
  links,
  mailedLinks,
  serviceTokens,
  sessions,
  signInLinks,
} from './identity.js';
import { leases } from './leases.js';
import { attemptWindows, mutes, slots, windows } from './limits.js';
import { mailboxes, mailPauses, mailProviders, providerSecrets } from './mail.js';
import { mailGates } from './mail-gates.js';
import { asked, requests } from './requests.js';
import { producerMails } from './producer-mails.js';
import { rollupMarks, rollups } from './rollups.js';

const tables: readonly Table<Columns>[] = [
  requests,
  asked,
  deliveries,
  attempts,
  pauses,
  mailGates,
  failures,
  suppressions,
  windows,
  slots,
  attemptWindows,
  mutes,
  grants,
  accounts,
  credentials,
  signInStates,
  signInLinks,
  mailedLinks,
  enrolments,
  sessions,
  handoffs,
  handedOut,
  accessTokens,
  passkeys,
  totp,
  totpSteps,
  recoveryCodes,
  challenges,
  linkCodes,
  links,
  serviceTokens,
  canary,
  replays,
  deadLetters,
  leases,
  mailProviders,
  mailboxes,
  mailPauses,
  providerSecrets,
  producerMails,
  audit,
  seals,
  auditHead,
  rollups,
  rollupMarks,
];

export const entities = tables.map(
  ({ table: name, columns, options }) =>
    new EntitySchema(Object.assign(new EntitySchemaOptions<unknown>(), options, { name, columns })),
);
