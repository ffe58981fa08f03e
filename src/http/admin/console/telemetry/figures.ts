/** How figures of the telemetry are said, and round ends of their scales. */

/** `1,200`; what is between whole numbers, at half of a scale, with one digit. */
export function countInWords(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}

/** 1, 2 or 5 times a power of ten, and at least 2, so that the half is whole. */
export function roundCount(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return Math.max(2, [1, 2, 5, 10].map((times) => times * power).find((round) => round >= value) ?? 10 * power);
}

/** `250 ms`, `1.5 s`, `12 min`, `3 h`, `2 days`. */
export function secondsInWords(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 1) return `${digits(seconds * 1_000)} ms`;
  if (seconds < 60) return `${digits(seconds)} s`;
  if (seconds < 3_600) return `${digits(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${digits(seconds / 3_600)} h` : `${digits(seconds / 86_400)} days`;
}

function digits(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: value < 100 ? 2 : 3 });
}

const ROUND_SECONDS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800,
  43_200, 86_400,
];

export function roundSeconds(seconds: number): number {
  return ROUND_SECONDS.find((round) => round >= seconds) ?? 2 * 86_400 * Math.ceil(seconds / (2 * 86_400));
}
