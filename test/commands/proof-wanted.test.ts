/** What a chat is told of letting in where the site wants a proof of the moment, which no chat has. */
import { expect, test } from '@jest/globals';
import { ANA, as, chat, opened, someone, STG } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { linesOf, roomy, run } from '../fixtures/commands/typing.js';
import { site } from '../fixtures/sites/directory.js';

oneDesk(() => roomy([site(STG, { approvers: [ANA], approveNeeds: 'fresh' })]));

test.each([
  { actor: chat('ana'), surface: 'talk', why: 'Over this channel a visitor of this site can be refused, not let in.' },
  { actor: as(ANA), surface: 'cli', why: 'This site needs a fresh proof for each approval.' },
])('a grant and an extension over $surface are refused, with what to do instead', async ({ actor, surface, why }) => {
  const request = await opened(fixture);
  await run(`approve ${request.id} for 1m`);

  const [granted, extended] = [
    await run(`grant ${someone()} ${STG}`, actor, surface),
    await run(`extend ${request.id} for 2h`, actor, surface),
  ];

  expect([granted, extended]).toMatchObject([
    { isOk: false, data: { error: 'forbidden' } },
    { isOk: false, data: { error: 'forbidden' } },
  ]);
  expect(linesOf(granted)).toEqual([
    `${why} Ask the visitor to open the site, and approve the request in a browser; or have an operator run gate grant.`,
  ]);
  expect(linesOf(extended)).toEqual([
    `${why} Have an operator run gate extend; or, when the time is over, approve the next request in a browser.`,
  ]);
});
