/** Numbers in the environment. */
import { isLinkValue } from './near-miss.js';
import type { Wrong } from './problems.js';
import { judged } from './read-table.js';

const MAX_PORT = 65_535;

export function wholeNumber(from: number, to: number) {
  return judged((text) => numberWrong(text, from, to)).transform(Number);
}

/** Kubernetes sets `<NAME>_PORT=tcp://…` in every pod for a Service of that name, Docker for a link. */
export function portWrong(text: string): Wrong | null {
  if (!isLinkValue(text)) return numberWrong(text, 1, MAX_PORT);
  return {
    problem: `is "${text.slice(0, 60)}", which Kubernetes sets for a Service of this name, and no port`,
    cure: 'Write enableServiceLinks: false in the pod, or set this variable to the port there, or give the Service another name.',
  };
}

function numberWrong(text: string, from: number, to: number): Wrong | null {
  const range = `a whole number from ${String(from)} to ${String(to)}`;
  const isRight = /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to;
  return isRight ? null : { problem: `is "${text.slice(0, 60)}", not ${range}`, cure: `Write ${range}.` };
}
