/** Durations as people write and read them: `90 s`, `24 h`, `7 days`. */

const UNITS = [
  ['days', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** 86400 is `24 h` (the policy's wording), 604800 is `7 days`, 90 is `90 s`. Whole seconds above zero. */
export function durationInWords(seconds: number): string {
  if (seconds === 86_400) return '24 h';
  for (const [unit, size] of UNITS) if (seconds % size === 0) return `${String(seconds / size)} ${unit}`;
  return `${String(Math.ceil(seconds))} s`;
}

const SIZES: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400, days: 86_400 };

/** Reads `30m`, `8h`, `7d`, `7 days`, `90s`. Null for anything else, zero and less included. */
export function parseDurationSeconds(text: string): number | null {
  const match = /^(\d{1,7})\s*(s|m|min|h|d|days)$/.exec(text.trim().toLowerCase());
  if (match === null) return null;
  const seconds = Number(match[1]) * (SIZES[match[2] ?? ''] ?? 0);
  return seconds > 0 ? seconds : null;
}
