/** What is told over a channel that anybody on the database may write to: changes survive it, and nothing else gets in. */
import { expect, test } from '@jest/globals';
import type { RequestId, SiteKey, StatusId, VisitorAddress } from '../../src/approval/brand.js';
import type { Change } from '../../src/contract/ledger.js';
import { changeIn, notesOf } from '../../src/ledger/postgres/notes.js';

const GRANT = {
  id: 7,
  site: 'stg.example.org' as SiteKey,
  address: '203.0.113.7' as VisitorAddress,
  untilMs: 1_800_000_000_000,
  grantedBy: 'ada@example.org',
  requestId: null,
};

test.each<Change>([
  { kind: 'granted', grant: GRANT },
  { kind: 'revoked', grantIds: [7, 8] },
  { kind: 'request', id: 'r1' as RequestId, statusId: 's1' as StatusId, outcome: null },
  { kind: 'request', id: 'r1' as RequestId, statusId: 's1' as StatusId, outcome: 'approved' },
  { kind: 'due', transports: ['talk', 'email'] },
  { kind: 'handed_out_ended' },
])('a change of kind $kind is heard as it was told', (change) => {
  const heard = notesOf(change).map(changeIn);

  expect(heard).toEqual([change]);
});

test('a field that a newer version adds is no reason not to hear', () => {
  const note = JSON.stringify({ kind: 'revoked', grantIds: [7], why: 'muted' });

  expect(changeIn(note)).toMatchObject({ kind: 'revoked', grantIds: [7] });
});

test.each([
  { what: 'nothing', note: '' },
  { what: 'no JSON', note: '{"kind":"revoked"' },
  { what: 'no object', note: 'null' },
  { what: 'a kind of a newer version', note: '{"kind":"renamed","site":"a"}' },
  { what: 'a kind without its fields', note: '{"kind":"revoked"}' },
  { what: 'a list of something else', note: '{"kind":"due","carriers":[{}]}' },
  { what: 'a grant without an address', note: JSON.stringify({ kind: 'granted', grant: { ...GRANT, address: null } }) },
  { what: 'a grant whose end is a text', note: JSON.stringify({ kind: 'granted', grant: { ...GRANT, untilMs: '9' } }) },
  { what: 'what only a connection itself can say', note: '{"kind":"regained"}' },
])('$what is no change', ({ note }) => {
  expect(changeIn(note)).toBeNull();
});
