/** What an upgrade promises beyond what every episode does: nobody notices it. */
import { broken } from '../faults/checks/checks.js';
import { grouped, type Check, type Evidence } from '../faults/checks/evidence.js';
import { CALLBACK_PATH } from '../faults/sites.js';

/** On a machine that has far too much to do, statements end by their time limit, upgrade or not: nobody is held to it then. */
const answersEverybody: Check = ({ journal, suffered }) =>
  journal.unanswered === 0 || suffered.isMachineBusy ? [] : [`${String(journal.unanswered)} calls had no whole answer`];

const putsNobodyOff: Check = ({ journal, suffered }) => (suffered.isMachineBusy ? [] : journal.putOff);

/** Mails and callbacks, which the checks of the episodes do not count. Where nothing goes wrong, nothing is sent again. */
const sendsOnce: Check = ({ rows, fakes }) => {
  const marked = new Set(rows.deliveries.filter((one) => one.is_maybe_duplicate === 1).map(({ id }) => id));
  const mails = fakes.smtp.mails().map(({ messageId }) => messageId.replace(/^<|@.*$/g, ''));
  const callbacks = fakes.callbacks.taken(CALLBACK_PATH).map(({ headers }) => String(headers['webhook-id']));
  return [...grouped([...mails, ...callbacks], (id) => id)]
    .filter(([id, sent]) => sent.length > 1 && !marked.has(id))
    .map(([id, sent]) => `${id} was sent ${String(sent.length)} times and is not marked`);
};

/** Where nothing goes wrong for good, all that is due is sent, redrawn and told. */
const givesNothingUp: Check = ({ rows, listedByDoctor }) => [
  ...rows.deliveries
    .filter(({ state }) => state === 'failed')
    .map(({ id, channel, last_reason }) => `delivery ${id} over ${channel}: ${last_reason ?? 'no reason'}`),
  ...listedByDoctor.filter((count) => count > 0).map((count) => `gate doctor lists ${String(count)} cards`),
];

const CHECKS: Readonly<Record<string, Check>> = {
  'every call is answered': answersEverybody,
  'nobody is told to try again': putsNobodyOff,
};
const WHEN_CALM: Readonly<Record<string, Check>> = {
  ...CHECKS,
  'nothing is sent twice': sendsOnce,
  'nothing is given up or left behind': givesNothingUp,
};

export const UPGRADE_PROMISES = Object.keys(WHEN_CALM);

/** Every broken promise of an upgrade, with what breaks it. `isCalm`: nothing went wrong at the fakes but that they refused for a moment. */
export function brokenByUpgrade(evidence: Evidence, isCalm: boolean): readonly string[] {
  const own = Object.entries(isCalm ? WHEN_CALM : CHECKS);
  return [
    ...broken(evidence),
    ...own.flatMap(([promise, check]) => check(evidence).map((what) => `${promise}: ${what}`)),
  ];
}
