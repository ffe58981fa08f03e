/** While the database is away every visitor's page asks the desk: the log says so now and then, and counts the rest. */
import { expect, test } from '@jest/globals';
import { jsonLog } from '../../src/base/process/log.js';
import { manualClock } from '../fixtures/time/manual-clock.js';
import { accessRequest, openFixture, usualDirectory } from '../fixtures/desk/desk.js';

const KNOCKS = 50;

test('an outage is one line at once and one every ten seconds, however many are turned away', async () => {
  const clock = manualClock();
  const written: string[] = [];
  const log = jsonLog('warn', { write: (line) => void written.push(line) });
  const fixture = await openFixture(usualDirectory(), { clock, log });
  await fixture.ledger.close();

  for (let turned = 0; turned < KNOCKS; turned += 1)
    expect((await fixture.desk.open(accessRequest())).kind).toBe('unavailable');
  const atOnce = lines();
  await clock.advance(10_000);

  expect(atOnce).toEqual([{ verb: 'open', times: 1 }]);
  expect(lines()).toEqual([...atOnce, { verb: 'open', times: KNOCKS - 1 }]);
  await fixture.close();

  function lines() {
    return written
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter(({ msg }) => msg === 'the ledger is unavailable')
      .map(({ verb, times }) => ({ verb, times }));
  }
});
