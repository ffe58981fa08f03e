/** An index by which the audit entries of one request are found. Written when an entry is sealed, and not in the commit of what it tells of. */
import { ForwardMigration } from './forward-migration.js';

export class RequestTrail1797476400000 extends ForwardMigration {
  readonly name = 'RequestTrail1797476400000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `CREATE INDEX "audit_request" ON "audit" ("request_id", "id") WHERE request_id IS NOT NULL AND number IS NOT NULL`,
];
