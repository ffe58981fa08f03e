/**
 * By which provider and from which mailbox mails go out, and what holds for each of them in every process. The previous version goes on
 * beside it: it sends by the one provider that it knows, and neither writes nor reads any of this.
 */
import { ForwardMigration } from './forward-migration.js';

export class MailRouting1797390000000 extends ForwardMigration {
  readonly name = 'MailRouting1797390000000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `ALTER TABLE "deliveries" ADD "provider" text`,
  `ALTER TABLE "deliveries" ADD "mailbox" text`,
  `ALTER TABLE "deliveries" ADD "mail_scope" text`,
  `ALTER TABLE "attempts" ADD "provider" text`,
  `ALTER TABLE "attempts" ADD "mailbox" text`,
  `CREATE INDEX "attempts_provider" ON "attempts" ("provider", "started_at") WHERE provider IS NOT NULL`,
  `ALTER TABLE "pauses" ADD "provider" text`,
  `CREATE TABLE "mail_gates" ("provider" text NOT NULL, "mailbox" text NOT NULL, "closed_until" bigint NOT NULL, "reason" text, "since_at" bigint, "probe_at" bigint, "queued_to" bigint NOT NULL, PRIMARY KEY ("provider", "mailbox"))`,
];
