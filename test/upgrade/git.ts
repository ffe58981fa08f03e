/** Git at one folder, whatever repository this process was started for: within a hook, variables name another. */
import { execFileSync } from 'node:child_process';

/** Answers what it printed. Throws where it fails. */
export function git(folder: string, ...words: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  return execFileSync('git', [...words], {
    cwd: folder,
    env: withoutGit(process.env),
    encoding: 'utf8',
    stdio: [...stdio],
  });
}

function withoutGit(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('GIT_')));
}
