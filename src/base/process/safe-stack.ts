/** Where an error was thrown, for a log, without its message: that may quote the call that caused it. */

/** The error's name and the places it came through; never its message. */
export function safeStack(error: unknown): string {
  if (!(error instanceof Error)) return 'not an Error';
  const { message, stack = '' } = error;
  // the message comes first in the stack and may itself look like a place
  const at = stack.indexOf(message);
  const places = at === -1 ? [] : stack.slice(at + message.length).match(/^ {4}at .+$/gm);
  return [error.name, ...(places ?? [])].join('\n');
}
