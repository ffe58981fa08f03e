/** Why an operator may not do something to a mail record, in a code and a sentence: the same over the API and on the page. */
import { never } from '../../../base/process/never.js';
import type { MailRefusal } from '../../../contract/operators-mail.js';
import { refusal, withMembers, type Refusal } from '../../shared/reply.js';

export function mailRefusal(refused: MailRefusal): Refusal {
  const { kind } = refused;
  switch (kind) {
    case 'bad_fields': {
      const all = refused.wrong.map(({ field, problem }) => `${field} ${problem}`.trim());
      return withMembers(refusal(400, kind, `${all.join('; ')}.`), { fields: refused.wrong });
    }
    case 'unknown_provider':
    case 'unknown_mailbox':
    case 'unknown_secret': {
      const meant = refused.nearest === null ? '' : ` Did you mean ${refused.nearest}?`;
      return refusal(404, kind, `There is no such ${kind.slice('unknown_'.length)}.${meant}`);
    }
    case 'read_only':
      return refusal(409, kind, READ_ONLY[refused.origin]);
    case 'provider_used':
      return withMembers(
        refusal(
          409,
          kind,
          `It is used by ${refused.by.join(', ')}: give those another provider, or remove them first.`,
        ),
        { mailboxes: refused.by },
      );
    case 'name_taken':
    case 'outdated':
    case 'already_paused':
    case 'not_paused':
      return refusal(409, kind, SENTENCES[kind]);
    case 'no_channel':
      return refusal(503, kind, SENTENCES[kind]);
    default:
      return never(kind);
  }
}

const READ_ONLY = {
  env: 'It is of the environment: change SMTP_URL and MAIL_FROM there, and restart the gate.',
  declared: 'It is declared in sites.toml: change it there, and reload.',
} as const;

const SENTENCES = {
  name_taken: 'There is one of this name already.',
  outdated: 'Somebody else changed it meanwhile: look at it again, and then change it.',
  already_paused: 'It is paused already.',
  not_paused: 'It is not paused.',
  no_channel: 'No channel that sends mail is open in this process: ask the one with the role courier.',
} as const;
