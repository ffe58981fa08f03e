/** A sentence of the visitor's page that may name a moment: text for programs, with a `<time>` on the page. */
import { html, type Html } from '../../base/text/html.js';

export type Line = string | Telling;

interface Telling {
  readonly before: string;
  readonly atMs: number;
  /** Said with its day: it may be another one than today. */
  readonly isDated: boolean;
  readonly after: string;
}

const MINUTE_MS = 60_000;

export function lineText(line: Line): string {
  return typeof line === 'string' ? line : `${line.before}${momentText(line)}${line.after}`;
}

export function lineHtml(line: Line): Html {
  if (typeof line === 'string') return html`${line}`;
  const datetime = new Date(upToMinute(line.atMs)).toISOString();
  return html`${line.before}<time datetime="${datetime}">${momentText(line)}</time>${line.after}`;
}

/** `14:30 UTC`, or `2026-05-02 14:30 UTC`. */
function momentText({ atMs, isDated }: Telling): string {
  const [date = '', time = ''] = new Date(upToMinute(atMs)).toISOString().split('T');
  return `${isDated ? `${date} ` : ''}${time.slice(0, 'hh:mm'.length)} UTC`;
}

/** Rounded up, so that who comes at that minute does not come too early. */
function upToMinute(atMs: number): number {
  return Math.ceil(atMs / MINUTE_MS) * MINUTE_MS;
}
