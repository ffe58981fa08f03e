/**
 * Providers that carry mails, the mailboxes that we send from, and the providers' secrets. The previous version goes on beside it: it
 * knows none of them.
 */
import { ForwardMigration } from './forward-migration.js';

export class MailProviders1797044400000 extends ForwardMigration {
  readonly name = 'MailProviders1797044400000';
  readonly sqlite = statements(`"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL`);
  readonly postgres = statements(`"id" SERIAL PRIMARY KEY NOT NULL`);
}

const RECORD = `"state" text NOT NULL, "paused_reason" text, "version" integer NOT NULL, "created_at" bigint NOT NULL,
  "changed_at" bigint NOT NULL`;

function statements(id: string): readonly string[] {
  return [
    `CREATE TABLE "mail_providers" (
      ${id}, "name" text NOT NULL, "kind" text NOT NULL, "endpoint" text NOT NULL, "policy" text NOT NULL, ${RECORD})`,
    `CREATE UNIQUE INDEX "mail_providers_name" ON "mail_providers" ("name")`,
    `CREATE TABLE "mailboxes" (
      "address" text PRIMARY KEY NOT NULL, "display_name" text NOT NULL, "provider" text NOT NULL, "sites" text NOT NULL,
      "producers" text NOT NULL, "priority" integer NOT NULL, ${RECORD})`,
    `CREATE INDEX "mailboxes_provider" ON "mailboxes" ("provider")`,
    `CREATE TABLE "provider_secrets" (
      ${id}, "provider_id" integer NOT NULL, "purpose" text NOT NULL, "version" integer NOT NULL, "key_id" text NOT NULL,
      "sealed" text, "is_active" integer NOT NULL, "created_at" bigint NOT NULL)`,
    `CREATE UNIQUE INDEX "provider_secrets_version" ON "provider_secrets" ("provider_id", "purpose", "version")`,
    `CREATE UNIQUE INDEX "provider_secrets_active" ON "provider_secrets" ("provider_id", "purpose") WHERE is_active = 1`,
  ];
}
