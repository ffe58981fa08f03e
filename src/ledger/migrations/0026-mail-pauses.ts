/**
 * Pauses of mail providers and mailboxes that are not in the database. The previous version goes on beside it: it does not know them, and
 * sends by what is paused.
 */
import { ForwardMigration } from './forward-migration.js';

export class MailPauses1797562800000 extends ForwardMigration {
  readonly name = 'MailPauses1797562800000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `CREATE TABLE "mail_pauses" ("what" text NOT NULL, "name" text NOT NULL, "reason" text NOT NULL, "since_at" bigint NOT NULL, "paused_by" text NOT NULL, PRIMARY KEY ("what", "name"))`,
];
