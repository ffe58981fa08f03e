/**
 * What providers have taken and not sent yet, what bounced, and by what an attempt is known to a provider. The previous version goes
 * on beside it: it writes none of this, and takes what is in one of the new states for ended.
 */
import { ForwardMigration } from './forward-migration.js';

export class Failures1797130800000 extends ForwardMigration {
  readonly name = 'Failures1797130800000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `ALTER TABLE "attempts" ADD "client_request_id" text`,
  `ALTER TABLE "attempts" ADD "provider_request_id" text`,
  `CREATE INDEX "deliveries_bounced" ON "deliveries" ("created_at") WHERE state = 'bounced'`,
  `CREATE INDEX "deliveries_accepted" ON "deliveries" ("carrier", "created_at", "id") WHERE state = 'accepted'`,
];
