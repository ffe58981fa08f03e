/** All migrations, oldest first. They go forward only; one that was released is never changed. */
import { First1795402800000 } from './0001-first.js';
import { Chat1795489200000 } from './0002-chat.js';
import { Seals1795575600000 } from './0003-seals.js';
import { MaybeThere1795662000000 } from './0004-maybe-there.js';
import { FewerPages1795748400000 } from './0005-fewer-pages.js';
import { Shares1795834800000 } from './0006-shares.js';
import { SiteTokens1795921200000 } from './0007-site-tokens.js';
import { Messages1796007600000 } from './0008-messages.js';
import { MailedLinks1796094000000 } from './0009-mailed-links.js';
import { Accounts1796180400000 } from './0010-accounts.js';
import { SessionFacts1796266800000 } from './0011-session-facts.js';
import { Factors1796353200000 } from './0012-factors.js';
import { Handoffs1796439600000 } from './0013-handoffs.js';
import { Persons1796526000000 } from './0014-persons.js';
import { NamesOfWays1796612400000 } from './0015-names-of-ways.js';
import { ServiceSessions1796698800000 } from './0016-service-sessions.js';
import { Enrolments1796871600000 } from './0018-enrolments.js';
import { Redrives1796958000000 } from './0019-redrives.js';
import { MailProviders1797044400000 } from './0020-mail-providers.js';
import { Failures1797130800000 } from './0021-failures.js';
import { Rollups1797217200000 } from './0022-rollups.js';
import { ProducerMails1797303600000 } from './0023-producer-mails.js';
import { RequestTrail1797476400000 } from './0025-request-trail.js';
import { MailRouting1797390000000 } from './0024-mail-routing.js';
import { MailPauses1797562800000 } from './0026-mail-pauses.js';

export const migrations = [
  First1795402800000,
  Chat1795489200000,
  Seals1795575600000,
  MaybeThere1795662000000,
  FewerPages1795748400000,
  Shares1795834800000,
  SiteTokens1795921200000,
  Messages1796007600000,
  MailedLinks1796094000000,
  Accounts1796180400000,
  SessionFacts1796266800000,
  Factors1796353200000,
  Handoffs1796439600000,
  Persons1796526000000,
  NamesOfWays1796612400000,
  ServiceSessions1796698800000,
  Enrolments1796871600000,
  Redrives1796958000000,
  MailProviders1797044400000,
  Failures1797130800000,
  Rollups1797217200000,
  ProducerMails1797303600000,
  MailRouting1797390000000,
  RequestTrail1797476400000,
  MailPauses1797562800000,
];
