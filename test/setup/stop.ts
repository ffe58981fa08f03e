/** Stops the PostgreSQL that `start.ts` started and removes its files. One that was given is left as it is. */
import { running } from './running.js';

export default async function stop(): Promise<void> {
  await running.server?.remove();
  running.server = undefined;
}
