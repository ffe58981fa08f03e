/** A reload takes a good file over whole, and a bad one not at all. */
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { reloadDirectory } from '../../src/config/reload.js';
import { configOf, loadingOf, SECRET, SITE } from '../fixtures/sites/loading.js';

test('a good file is read anew, with the secrets of its producers', () => {
  const config = configOf({});
  const sites = `${SITE}[producers.jet]\nhosts = ["a.org"]\ntoken_env = "JET_TOKEN"\nnotifiers = ["email"]`;

  const reloaded = reloadDirectory(loadingOf({ sites, environment: { JET_TOKEN: SECRET } }), config);

  if ('problems' in reloaded) throw new Error(JSON.stringify(reloaded.problems));
  expect([...reloaded.directory.producers.keys()]).toEqual(['jet']);
  expect(reloaded.producerSecrets.get('jet')?.bearers.map((bearer) => bearer.revealText())).toEqual([SECRET]);
});

test('a bad file changes nothing and says why, with all its problems', () => {
  const files = { 'sites.toml': SITE };
  const loading = { ...loadingOf({}), readFile: () => files['sites.toml'] };
  const loaded = loadConfig(loading);
  if (loaded.kind !== 'ok') throw new Error('the first file is good');
  files['sites.toml'] = `${SITE}notifier = ["email"]\n[limits]\nwindow_sec = 0\n`;

  const reloaded = reloadDirectory(loading, loaded.config);

  expect(reloaded).toEqual({
    problems: [
      expect.objectContaining({ key: 'limits.window_sec', problem: 'is 0, less than 1' }),
      expect.objectContaining({ key: 'sites."stg.example.org".auth_gate.notifier', problem: 'is not a known key' }),
    ],
  });
  expect(loaded.config.directory.siteOf('stg.example.org')?.approvers).toEqual(['ada@example.org']);
});

test('a file that is gone is a problem, not an empty directory', () => {
  const reloaded = reloadDirectory({ ...loadingOf({}), readFile: missing }, configOf({}));

  expect(reloaded).toEqual({ problems: [expect.objectContaining({ key: 'SITES_FILE' })] });
});

test('a channel that was not opened at the start is refused, and the cure is a restart', () => {
  const sites =
    SITE.replace('email = "ada@example.org"', 'email = "ada@example.org"\ntalk = "ada"') + 'notifiers = ["talk"]\n';

  const reloaded = reloadDirectory(loadingOf({ sites }), configOf({}));

  expect(reloaded).toEqual({
    problems: [
      {
        file: 'sites.toml',
        key: 'notifiers',
        problem: 'needs the channel talk, which was not opened when the gate started',
        cure: 'Restart the gate.',
      },
    ],
  });
});

function missing(): string {
  throw Object.assign(new Error('gone'), { code: 'ENOENT' });
}
