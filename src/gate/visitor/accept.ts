/** The `Accept` header (RFC 9110, section 12.5.1), as far as a visitor's answer depends on it. */

export interface MediaRange {
  /** Lower case, without parameters: `text/html`, `image/*`. */
  readonly type: string;
  /** From 0, "not this", to 1. */
  readonly weight: number;
}

const PAGE = /^(?:text\/html|application\/xhtml\+xml|text\/\*)$/;
const DATA = /^(?:application\/(?:[\w.-]+\+)?json|application\/grpc[\w.+-]*|text\/event-stream)$/;
const FILE = /^(?:image\/|audio\/|video\/|font\/|text\/css$|text\/javascript$|application\/javascript$)/;

export function mediaRanges(accept: string): readonly MediaRange[] {
  return accept
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
      return { type, weight: weightOf(parameters) };
    })
    .filter(({ type, weight }) => type !== '' && weight > 0);
}

function weightOf(parameters: readonly string[]): number {
  const written = parameters.find((parameter) => parameter.startsWith('q='));
  if (written === undefined) return 1;
  const weight = Number(written.slice('q='.length));
  return Number.isFinite(weight) ? weight : 0;
}

/** How much a page is wanted; 0 where none is named. A bare `*` names nothing. */
export function pageWeight(ranges: readonly MediaRange[]): number {
  return weightAmong(ranges, PAGE);
}

/** The same of what programs read. */
export function dataWeight(ranges: readonly MediaRange[]): number {
  return weightAmong(ranges, DATA);
}

/** Images, styles, scripts, fonts, sound or film, by name. */
export function namesFile(ranges: readonly MediaRange[]): boolean {
  return weightAmong(ranges, FILE) > 0;
}

function weightAmong(ranges: readonly MediaRange[], wanted: RegExp): number {
  return Math.max(0, ...ranges.filter(({ type }) => wanted.test(type)).map(({ weight }) => weight));
}
