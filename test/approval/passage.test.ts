/** Who passes a site by who they are: every rule, with who would pass were it not there. */
import { expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import { mayPass, type PassageEntry, type PassagePerson } from '../../src/approval/passage.js';

const KODER = { provider: 'koder', issuer: 'https://id.koder.dev' };
const AT_KODER = { provider: 'koder', issuers: ['https://id.koder.dev'] };
const ANA: PassagePerson = {
  approver: null,
  credential: { ...KODER, subject: '4711', verifiedMailbox: 'ana@example.org' },
};
const ADA: PassagePerson = { approver: 'ada' as ApproverId, credential: null };

function ana(facts: Partial<NonNullable<PassagePerson['credential']>>): PassagePerson {
  return { ...ANA, credential: { ...KODER, subject: '4711', verifiedMailbox: 'ana@example.org', ...facts } };
}

const APPROVERS: PassageEntry = { kind: 'approvers' };
const SUBJECT: PassageEntry = { kind: 'subject', ...AT_KODER, subject: '4711' };
const EMAIL: PassageEntry = { kind: 'mailbox', ...AT_KODER, mailbox: 'ana@example.org' };
const DOMAIN: PassageEntry = { kind: 'domain', ...AT_KODER, domain: 'example.org' };

test.each<readonly [boolean, string, PassagePerson, readonly PassageEntry[]]>([
  [false, 'nobody where nobody is listed', ADA, []],
  [true, 'an approver of the site', ADA, [APPROVERS]],
  [false, 'an approver of another site', { ...ADA, approver: 'bob' as ApproverId }, [APPROVERS]],
  [false, 'whoever is no approver', ANA, [APPROVERS]],
  [false, 'an approver where approvers are not listed', ADA, [SUBJECT, EMAIL, DOMAIN]],
  [true, 'a subject of the provider', ANA, [SUBJECT]],
  [true, 'whoever is further down', ANA, [APPROVERS, { ...SUBJECT, subject: '1' }, DOMAIN]],
  [false, 'another subject', ana({ subject: '47110' }), [SUBJECT]],
  [false, 'a subject in another case', { ...ana({ subject: 'A' }) }, [{ ...SUBJECT, subject: 'a' }]],
  [false, 'the same subject at another provider', ana({ provider: 'google' }), [SUBJECT]],
  [
    false,
    'the same subject of an issuer that the table does not name any more',
    ana({ issuer: 'https://x' }),
    [SUBJECT],
  ],
  [false, 'a person whose session no provider started', { ...ANA, credential: null }, [SUBJECT, EMAIL, DOMAIN]],
  [true, 'a verified address', ANA, [EMAIL]],
  [false, 'an address that is not verified', ana({ verifiedMailbox: null }), [EMAIL, DOMAIN]],
  [false, 'another address', ana({ verifiedMailbox: 'bob@example.org' }), [EMAIL]],
  [true, 'a verified address of the domain', ana({ verifiedMailbox: 'bob@example.org' }), [DOMAIN]],
  [false, 'an address of a longer domain', ana({ verifiedMailbox: 'ana@evil-example.org' }), [DOMAIN]],
  [false, 'an address below the domain', ana({ verifiedMailbox: 'ana@mail.example.org' }), [DOMAIN]],
  [false, 'an address that only ends so', ana({ verifiedMailbox: 'example.org@evil.org' }), [DOMAIN]],
])('%s: %s', (...[passes, , person, passage]) => {
  expect(mayPass(person, { approvers: ['ada' as ApproverId], passage })).toBe(passes);
});
