/**
 * The sixteenth migration: services that sign people in, by tokens of their own. A session that a service holds is one of `sessions`,
 * so that whatever ends sessions ends it. The previous version goes on beside it: such a session is no browser's, because nothing that
 * a cookie may hold has its hash; and a service's token is to it of a producer without a name, of which there is none.
 */
import { ForwardMigration } from './forward-migration.js';

export class ServiceSessions1796698800000 extends ForwardMigration {
  readonly name = 'ServiceSessions1796698800000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `ALTER TABLE "service_tokens" ADD "service" text`,
  `ALTER TABLE "sessions" ADD "service" text`,
  `ALTER TABLE "sessions" ADD "refresh_hash" text`,
  `CREATE TABLE "access_tokens" ("hash" text PRIMARY KEY NOT NULL, "session" text NOT NULL, "until" bigint NOT NULL)`,
  `CREATE INDEX "access_tokens_until" ON "access_tokens" ("until")`,
];
