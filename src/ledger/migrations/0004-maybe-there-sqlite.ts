/**
 * The fourth migration, for SQLite, as TypeORM writes it for the entities; but the column is added in place, where TypeORM
 * would copy the whole table. Once released: never changed again.
 */
export const statements: readonly string[] = [
  `ALTER TABLE "deliveries" ADD "is_maybe_there" integer NOT NULL DEFAULT 0`,
];
