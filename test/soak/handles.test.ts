/** Handles that were given back and handles that leaked are told apart, on real descriptors and timers of a real process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { examine, PROBED } from './examination.js';
import { handleWrongs } from './handles.js';

const BOUNDS = { moreSockets: 2, moreFiles: 2, moreThreads: 2, moreTimers: 2 };
/** Leaks so many of each when it is told to. */
const LEAKING = `
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
process.on('message', ({ leak }) => {
  if (leak === undefined) return;
  const servers = Array.from({ length: leak }, () => createServer().listen(0, '127.0.0.1'));
  for (let i = 0; i < leak; i += 1) openSync('/dev/null', 'r');
  for (let i = 0; i < leak; i += 1) setInterval(() => undefined, 60_000);
  servers.at(-1).on('listening', () => process.send({ isLeaked: true }));
});
setInterval(() => undefined, 60_000);
process.send({ isReady: true });
`;

const onLinux = existsSync('/proc/self/fd') ? test : test.skip;

onLinux('sockets, files and timers that are not given back are named', async () => {
  const argv = [...PROBED, '--input-type=module', '--eval', LEAKING];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    await once(child, 'message');
    const before = await examine(child);
    const again = await examine(child);
    child.send({ leak: 5 });
    await once(child, 'message');
    const after = await examine(child);

    expect(handleWrongs(before.handles, again.handles, BOUNDS)).toEqual([]);
    expect(handleWrongs(before.handles, after.handles, BOUNDS).join('; ')).toMatch(/sockets .* files .* timers /);
  } finally {
    child.kill('SIGKILL');
  }
});
