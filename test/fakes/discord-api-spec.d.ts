/** The package has no types for its Zod schemas: each of its exports named `…Schema` is one. */
declare module 'discord-api-spec/zod';
