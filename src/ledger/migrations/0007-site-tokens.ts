/**
 * The seventh migration: service tokens may be a site's instead of a producer's. The previous version goes on beside it: to it
 * such a token is of a producer without a name, and of those there is none.
 */
import { ForwardMigration } from './forward-migration.js';

export class SiteTokens1795921200000 extends ForwardMigration {
  readonly name = 'SiteTokens1795921200000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `ALTER TABLE "service_tokens" ADD "site" text`,
  `CREATE INDEX "service_tokens_site" ON "service_tokens" ("site") WHERE site IS NOT NULL`,
];
