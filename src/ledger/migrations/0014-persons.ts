/**
 * The fourteenth migration: who had signed in when they asked. The previous version goes on beside it: what it writes names nobody,
 * and its cards leave the line out.
 */
import { ForwardMigration } from './forward-migration.js';

export class Persons1796526000000 extends ForwardMigration {
  readonly name = 'Persons1796526000000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [`ALTER TABLE "requests" ADD "person" text`];
