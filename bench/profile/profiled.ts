/** Loaded first in every thread of a profiled process: samples it from here on, and writes the profile at its end. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { ownProfile } from './profiling.js';

const SAMPLE_EVERY_MICROSECONDS = 500;

const input = ownProfile();
if (input !== null) {
  const { folder, name } = input;
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROSECONDS });
  session.post('Profiler.start');
  process.on('exit', () => {
    // in the same thread the inspector answers before `post` returns
    session.post('Profiler.stop', (error, stopped) => {
      if (error !== null) throw error;
      mkdirSync(folder, { recursive: true });
      const file = `${name}-${String(process.pid)}-thread${String(threadId)}.cpuprofile`;
      writeFileSync(join(folder, file), JSON.stringify(stopped.profile));
    });
  });
}
