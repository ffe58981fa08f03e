/** What a right `sites.toml` says of people: approvers, and their handles at Talk. */
import { describe, expect, test } from '@jest/globals';
import { ADA, directoryOf, problemsOf, SECRET, siteOf } from '../fixtures/sites/loading.js';

describe('approvers', () => {
  test('several, each with an address per channel, in the order of the site', () => {
    const directory = directoryOf(`
[approvers."ada@example.org"]
email = "ada@example.org"
talk = "ada"
[approvers.bob]
talk = "bob"
[[sites]]
domains = ["a.org"]
[sites.auth_gate]
admin = ["bob", "ada@example.org", "bob"]
notifiers = ["email", "talk"]`);

    expect(directory.sites[0]?.approvers).toEqual(['bob', 'ada@example.org']);
    expect([...directory.approvers.values()]).toEqual([
      {
        id: 'ada@example.org',
        addresses: new Map([
          ['email', 'ada@example.org'],
          ['talk', 'embedded:ada'],
        ]),
      },
      { id: 'bob', addresses: new Map([['talk', 'embedded:bob']]) },
    ]);
  });

  test('an approver may name a time zone', () => {
    const people = '[approvers.ada]\nemail = "ada@example.org"\ntime_zone = "America/Sao_Paulo"\n';
    const sites = `${people}[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\nadmin = "ada"`;

    expect(directoryOf(sites).approvers.get('ada' as never)).toEqual({
      id: 'ada',
      addresses: new Map([['email', 'ada@example.org']]),
      timeZone: 'America/Sao_Paulo',
    });
  });

  test('admin_email alone makes an approver of that name', () => {
    const sites = '[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\nadmin_email = "ada@example.org"';

    expect(siteOf(sites).approvers).toEqual(['ada@example.org']);
    expect([...directoryOf(sites).approvers.values()]).toEqual([
      { id: 'ada@example.org', addresses: new Map([['email', 'ada@example.org']]) },
    ]);
  });

  test('admin_email fills in for the one who has none, and may repeat the one of a table', () => {
    const people = '[approvers.ada]\ntalk = "ada"\n[approvers.bob]\nemail = "bob@example.org"\n';
    const gate = (lines: string) => `${people}[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\n${lines}`;

    const filled = directoryOf(gate('admin = ["ada", "bob"]\nadmin_email = "ada@example.org"'));
    const repeated = directoryOf(gate('admin = "bob"\nadmin_email = "Bob@example.org"'));

    expect(Object.fromEntries(filled.approvers.get('ada' as never)?.addresses ?? [])).toEqual({
      talk: 'embedded:ada',
      email: 'ada@example.org',
    });
    expect(Object.fromEntries(repeated.approvers.get('bob' as never)?.addresses ?? [])).toEqual({
      email: 'bob@example.org',
    });
  });

  test('on a consumer every approver is reached by handle', () => {
    const sites = `[approvers.ada]\nemail = "ada@example.org"
[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\nadmin = "ada"\nnotifiers = ["talk"]`;
    const environment = { WEBHOOK_TOKEN: SECRET, KODER_JET_TALK_URL: 'https://talk.example.org/a' };

    expect(siteOf(sites, { environment }).consumers).toEqual(new Map([['talk', 'https://talk.example.org/a']]));
  });

  test("a site's own url goes before the environment's", () => {
    const sites = `${ADA}[[sites]]\ndomains = ["a.org"]\n[sites.auth_gate]\nadmin = "ada"\nnotifiers = ["koder_id"]
[sites.auth_gate.koder_id]\nurl = "https://own.example.org/a"`;
    const environment = { WEBHOOK_TOKEN: SECRET, KODER_JET_KODER_ID_URL: 'https://id.example.org/a' };

    expect(siteOf(sites, { environment }).consumers).toEqual(new Map([['koder_id', 'https://own.example.org/a']]));
  });
});

describe('handles at Talk', () => {
  const sites = `[approvers.ada]\ntalk = "ada"\n[approvers.bob]\ntalk = "acme:bob"\n
[[sites]]\ndomains = ["stg.example.org"]\nenvironment = "stg"\n[sites.auth_gate]\nadmin = ["ada", "bob"]\nnotifiers = ["talk"]`;
  const server = {
    TALK_API_URL: 'https://talk.example.org/api',
    TALK_BOT_TOKEN: 't'.repeat(20),
    TALK_SIGNING_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  };

  test('are of one workspace each: the one they name, or the one that the environment says', () => {
    const { approvers } = directoryOf(sites, { environment: { ...server, TALK_WORKSPACE: 'home' } });

    expect([...approvers.values()].map(({ addresses }) => addresses.get('talk' as never))).toEqual([
      'home:ada',
      'acme:bob',
    ]);
  });

  test('of no workspace do not start with another Talk server, and both ways out are named', () => {
    const problems = problemsOf({ sites, environment: server });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('sites.toml: approvers.ada.talk | names no workspace');
    expect(problems[0]).toContain('"<workspace>:ada"');
    expect(problems[0]).toContain('TALK_WORKSPACE');
  });

  test('are of the embedded Talk’s own workspace where there is no other server', () => {
    const alone = sites.replace('acme:bob', 'bob');

    expect(
      directoryOf(alone)
        .approvers.get('ada' as never)
        ?.addresses.get('talk' as never),
    ).toBe('embedded:ada');
    expect(problemsOf({ sites })[0]).toContain('names the workspace acme, but the embedded Talk has one alone');
  });
});
