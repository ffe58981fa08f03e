/** What may be logged of something thrown: its code or name. Its message may quote a payload or a peer. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
