/** Who may decide, by the directory of this moment. */
import { describe, expect, test } from '@jest/globals';
import {
  actorName,
  approversBehind,
  authority,
  decidersOf,
  sitesOf,
  strangerBecause,
} from '../../src/approval/authority.js';
import type { ApproverId, SiteKey } from '../../src/approval/brand.js';
import type { Actor, ChatUser } from '../../src/approval/request.js';
import { approver, directory, producer, site } from '../fixtures/sites/directory.js';

const ana = 'ana@example.org' as ApproverId;
const bo = 'bo@example.org' as ApproverId;
const both = directory({
  sites: [site('stg.example.org', { approvers: [ana, bo] }), site('dev.example.org', { approvers: [bo] })],
  approvers: [
    approver(ana, { talk: 'ana', slack: 'T1:U1' }),
    approver(bo, { talk: 'bo', slack: 'T1/U2' }),
    approver('cy@example.org', { talk: 'shared' }),
    approver('di@example.org', { talk: 'shared' }),
  ],
  producers: [producer('jet', { approvers: [ana] })],
});

describe('authority', () => {
  test('an operator may everywhere, by its own name', () => {
    expect(authority(both, { kind: 'operator', name: 'root' }, [])).toEqual({ kind: 'may', who: 'operator:root' });
  });

  test('an approver may where it is named', () => {
    expect(authority(both, { kind: 'approver', approver: ana }, [ana, bo])).toEqual({ kind: 'may', who: ana });
    expect(authority(both, { kind: 'approver', approver: ana }, [bo])).toEqual(mayNot('not_an_approver_of_this_site'));
  });

  test('an approver who left the directory may not, though a site still names it', () => {
    const gone = 'gone@example.org' as ApproverId;

    expect(authority(both, { kind: 'approver', approver: gone }, [gone])).toEqual(
      mayNot('not_an_approver_of_this_site'),
    );
  });

  test('a chat user is the one approver with its address', () => {
    expect(authority(both, chat('talk', 'bo'), [ana, bo])).toEqual({ kind: 'may', who: bo });
  });

  test('the same name on another channel is nobody', () => {
    expect(authority(both, chat('discord', 'bo'), [ana, bo])).toEqual(mayNot('chat_user_not_linked'));
  });

  test('an address that names its workspace counts in that workspace alone', () => {
    expect(authority(both, chat('slack', 'U1', 'T1'), [ana])).toEqual({ kind: 'may', who: ana });
    expect(authority(both, chat('slack', 'U1', 'T2'), [ana])).toEqual(mayNot('chat_user_not_linked'));
    expect(authority(both, chat('slack', 'T1:U1', ''), [ana])).toEqual(mayNot('chat_user_not_linked'));
  });

  test('a chat user linked to an approver of another site is refused as such', () => {
    expect(authority(both, chat('talk', 'ana'), [bo])).toEqual(mayNot('not_an_approver_of_this_site'));
  });

  test('an account shared by two approvers of a site decides for neither', () => {
    const approvers = ['cy@example.org', 'di@example.org'] as ApproverId[];

    expect(authority(both, chat('talk', 'shared'), approvers)).toEqual(mayNot('chat_user_linked_to_several'));
  });

  test('a shared account decides where only one of its approvers is named', () => {
    expect(authority(both, chat('talk', 'shared'), ['di@example.org' as ApproverId])).toEqual({
      kind: 'may',
      who: 'di@example.org',
    });
  });

  test('an account that an approver bound is that approver, wherever sites.toml does not say so', () => {
    const bound = { ...chat('slack', 'U9', 'T9'), linked: [bo] };

    expect(authority(both, bound, [ana, bo])).toEqual({ kind: 'may', who: bo });
    expect(authority(both, bound, [ana])).toEqual(mayNot('not_an_approver_of_this_site'));
  });

  test('an account that one approver bound and sites.toml gives to another decides for neither', () => {
    const torn = { ...chat('talk', 'ana'), linked: [bo] };

    expect(authority(both, torn, [ana, bo])).toEqual(mayNot('chat_user_linked_to_several'));
    expect(approversBehind(both, torn)).toEqual([ana, bo]);
  });

  test('an account bound by somebody who left sites.toml is nobody', () => {
    const left = { ...chat('slack', 'U9', 'T9'), linked: ['gone@example.org' as ApproverId] };

    expect(authority(both, left, [ana, bo])).toEqual(mayNot('chat_user_not_linked'));
  });

  test.each(['foreign_workspace', 'chat_user_is_guest', 'chat_user_is_deactivated'] as const)(
    'an account that its platform bars (%s) decides nothing, whoever it is',
    (barredBecause) => {
      const barred = { ...chat('talk', 'bo'), linked: [bo], barredBecause };

      expect(authority(both, barred, [ana, bo])).toEqual(mayNot(barredBecause));
    },
  );

  test.each<Actor>([{ kind: 'producer', name: 'jet' }, { kind: 'clock' }])('$kind decides nothing', (actor) => {
    expect(authority(both, actor, [ana, bo])).toEqual(mayNot('not_an_approver_of_this_site'));
  });
});

describe('the deciders of a request', () => {
  test("are the site's approvers of today, whoever was asked", () => {
    const request = { site: 'dev.example.org' as SiteKey, producer: 'gate' };

    expect(decidersOf(both, request, [ana])).toEqual([bo]);
  });

  test('are nobody once the site has left the directory', () => {
    expect(decidersOf(both, { site: 'old.example.org' as SiteKey, producer: 'gate' }, [ana])).toEqual([]);
  });

  test("are, for a producer's own host, those asked whom its table still names", () => {
    expect(decidersOf(both, { site: null, producer: 'jet' }, [ana, bo])).toEqual([ana]);
    expect(decidersOf(both, { site: null, producer: 'gone' }, [ana, bo])).toEqual([]);
  });
});

test('an actor sees the sites it decides for', () => {
  const keysOf = (actor: Actor): string[] => sitesOf(both, actor).map(({ key }) => key);

  expect(keysOf(chat('talk', 'ana'))).toEqual(['stg.example.org']);
  expect(keysOf({ kind: 'approver', approver: bo })).toEqual(['stg.example.org', 'dev.example.org']);
  expect(keysOf({ kind: 'operator', name: 'root' })).toHaveLength(2);
});

test('a stranger is told apart from somebody without a site', () => {
  expect(strangerBecause(both, chat('talk', 'nobody'))).toBe('chat_user_not_linked');
  expect(strangerBecause(both, { kind: 'approver', approver: 'gone@example.org' as ApproverId })).toBe(
    'not_an_approver_of_this_site',
  );
  expect(strangerBecause(both, chat('talk', 'shared'))).toBeNull();
});

test('the audit names a chat user by channel, workspace and subject', () => {
  expect(actorName(chat('slack', 'U1', 'T1'))).toBe('slack:T1:U1');
});

function chat(channel: string, subject: string, workspace = 'home'): ChatUser {
  return { kind: 'chat', channel, workspace, subject };
}

function mayNot(why: string): unknown {
  return { kind: 'may_not', why };
}
