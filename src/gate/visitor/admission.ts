/**
 * What becomes of a visitor whom the check did not let pass at once: what is in doubt is settled, a person's navigation opens an
 * approval request, and the page says how it stands. Every way that leads to a page goes through here.
 */
import type { IncomingMessage } from 'node:http';
import { usesSignIn } from '../../approval/site.js';
import { headerLines, type RawHeaders } from '../../base/net/raw-headers.js';
import type { Call, Question } from '../check/asked.js';
import type { Check, Pass, Verdict } from '../check/check.js';
import type { Told } from '../check/question.js';
import { bareHost } from '../check/site-entry.js';
import { passBy, type Closed } from '../check/verdict.js';
import { requestPerson } from '../passage/persons.js';
import { isNavigation, pathToAsk } from './navigation.js';
import type { VisitorSignIn } from './page.js';
import type { PageAnswers } from './page-answer.js';
import { readerOf } from './reader.js';
import { refusalOf, type Reception, type Showing } from './reception.js';

export interface Admission {
  /**
   * Answers a call by `letPass` or by a page. `verdict`: what the check said of it. Resolves with what it came to: the check's
   * verdict, with what was in doubt settled.
   */
  answer(call: AdmissionCall, verdict: Verdict, letPass: (pass: Pass, told: Told) => void): Promise<Verdict>;
}

interface AdmissionCall extends Call {
  /** The path for which they want a person asked, having had the choice. Absent: they only went there. */
  readonly wanted?: string;
}

export interface AdmissionDeps {
  readonly checking: Pick<Check, 'settle'>;
  readonly read: (request: IncomingMessage, question: Question) => Told;
  readonly reception: Pick<Reception, 'accessRequest'>;
  readonly pages: PageAnswers;
  /** What people call a provider. */
  readonly titleOf: (provider: string) => string;
}

export function admission({ checking, read, reception, pages, titleOf }: AdmissionDeps): Admission {
  const showingTo = async (closed: Closed, told: Told, { raw, isWanted }: Wish): Promise<Showing> => {
    if (closed.isWrongToken || !isNavigation(told.asked, raw)) return { kind: 'closed' };
    const { site } = closed.entry;
    const { person } = closed;
    // whoever is on the list would have a person asked for nothing, and for the others it is their own wish
    if (usesSignIn(site) && person === undefined && !isWanted) return { kind: 'choose' };
    const userAgent = headerLines(raw, 'user-agent') ?? '';
    const { host, asked, peer } = told;
    return reception.accessRequest({
      site,
      host: host ?? site.key,
      address: closed.address,
      uri: asked.uri ?? '/',
      userAgent,
      peer,
      ...(person === undefined ? {} : { person: requestPerson(person, titleOf) }),
    });
  };
  return {
    async answer({ request, response, question, wanted }, verdict, letPass) {
      const plain = read(request, question);
      const told = wanted === undefined ? plain : { ...plain, asked: { method: 'GET', uri: wanted } };
      const raw = request.rawHeaders;
      const settled = await checking.settle(verdict);
      if (settled.kind === 'pass') {
        letPass(settled, told);
        return settled;
      }
      const isClosed = settled.kind === 'closed';
      const showing = isClosed
        ? await showingTo(settled, told, { raw, isWanted: wanted !== undefined })
        : refusalOf(settled);
      if (isClosed && showing.kind === 'open') {
        // approved a moment ago
        const pass = passBy(showing.grant, settled);
        letPass(pass, told);
        return pass;
      }
      pages.send(response, showing, {
        host: bareHost(told.host ?? ''),
        site: 'entry' in settled ? settled.entry.site : null,
        isHead: request.method === 'HEAD',
        reader: readerOf(raw),
        path: pathToAsk(told.asked, raw),
        signIn: signInOf(settled),
      });
      return settled;
    },
  };
}

interface Wish {
  readonly raw: RawHeaders;
  readonly isWanted: boolean;
}

/** Null: not said at this site. */
export function signInOf(settled: Verdict): VisitorSignIn | null {
  if (!('entry' in settled) || !usesSignIn(settled.entry.site)) return null;
  return { as: settled.kind === 'closed' ? (settled.person?.account.name ?? null) : null };
}
