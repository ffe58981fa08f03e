/** Whether a process gave back what it took: open files and sockets, threads and timers, before the load and after it. */

/** Counts of what a process holds at one moment. */
export interface Handles {
  readonly sockets: number;
  /** Everything else that is open: files, pipes, event queues. */
  readonly files: number;
  readonly threads: number;
  readonly timers: number;
}

export interface HandleBounds {
  readonly moreSockets: number;
  readonly moreFiles: number;
  readonly moreThreads: number;
  readonly moreTimers: number;
}

/** What is held more than before and more than allowed; empty where everything was given back. */
export function handleWrongs(before: Handles, after: Handles, bounds: HandleBounds): readonly string[] {
  return [
    ...leaked('sockets', { before: before.sockets, after: after.sockets, more: bounds.moreSockets }),
    ...leaked('files', { before: before.files, after: after.files, more: bounds.moreFiles }),
    ...leaked('threads', { before: before.threads, after: after.threads, more: bounds.moreThreads }),
    ...leaked('timers', { before: before.timers, after: after.timers, more: bounds.moreTimers }),
  ];
}

function leaked(
  what: string,
  { before, after, more }: { readonly before: number; readonly after: number; readonly more: number },
): readonly string[] {
  if (after <= before + more) return [];
  return [
    `${String(before)} ${what} before the load, ${String(after)} after it; at most ${String(more)} more are allowed`,
  ];
}

export function inWords({ sockets, files, threads, timers }: Handles): string {
  return `${String(sockets)} sockets, ${String(files)} files, ${String(threads)} threads, ${String(timers)} timers`;
}
