/** Examines a running process: by its probe for what only the process knows, and by /proc for the rest. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { memoryOf } from '../../bench/processes.js';
import type { Handles } from './handles.js';
import type { MemorySample } from './memory.js';
import type { Asked, Told } from './probe.js';

export interface Examination extends MemorySample {
  readonly handles: Handles;
  readonly resources: Readonly<Record<string, number>>;
}

/** Node's arguments by which a process has the probe. */
export const PROBED: readonly string[] = [`--import=${new URL('./probe.js', import.meta.url).href}`];

const ANSWERS_WITHIN_MS = 15_000;
let asked = 0;

/** Rejects when the process does not answer: one that hangs so long is a finding. */
export async function examine(child: ChildProcess): Promise<Examination> {
  asked += 1;
  const question: Asked = { examination: asked };
  child.send(question);
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
  for (;;) {
    const [told] = (await once(child, 'message', { signal })) as [Told];
    if (told.examination === question.examination) return examination(child.pid ?? 0, told);
  }
}

function examination(pid: number, { heapBytes, resources }: Told): Examination {
  const open = descriptors(pid);
  const sockets = open.filter((target) => target.startsWith('socket:')).length;
  return {
    atMs: performance.now(),
    heapBytes,
    residentBytes: memoryOf(pid).residentBytes,
    handles: {
      sockets,
      files: open.length - sockets,
      threads: readdirSync(`/proc/${String(pid)}/task`).length,
      timers: resources['Timeout'] ?? 0,
    },
    resources,
  };
}

function descriptors(pid: number): readonly string[] {
  const folder = `/proc/${String(pid)}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      return []; // closed while we looked
    }
  });
}
