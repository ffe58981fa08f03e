/** The fourth migration, for PostgreSQL, as TypeORM writes it for the entities. Once released: never changed again. */
export const statements: readonly string[] = [
  `ALTER TABLE "deliveries" ADD "is_maybe_there" integer NOT NULL DEFAULT '0'`,
];
