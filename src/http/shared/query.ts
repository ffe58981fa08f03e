/** A field of a query; undefined where it is absent or stands twice: which of the two was meant nobody can say. */
export function onlyOne(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' ? value : undefined;
}
