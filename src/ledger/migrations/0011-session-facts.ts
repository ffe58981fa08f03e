/**
 * The eleventh migration: how one signed in, when that was proven, and when a session was seen last. The previous version goes on
 * beside it: `until` stays the end that it knows, and what was not seen yet is never moved.
 */
import { ForwardMigration } from './forward-migration.js';

export class SessionFacts1796266800000 extends ForwardMigration {
  readonly name = 'SessionFacts1796266800000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `ALTER TABLE "sessions" ADD "signed_in_by" text`,
  `ALTER TABLE "sessions" ADD "authenticated_at" bigint`,
  `ALTER TABLE "sessions" ADD "seen_at" bigint`,
];
