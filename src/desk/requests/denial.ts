/** Why a visitor is denied, in the approver's words, fit to be stored, shown on cards and perhaps read by the visitor. */
import { MAX_REASON_CODE_POINTS, type Denial } from '../../approval/request.js';
import { fit } from '../../base/text/fit.js';

/** Control characters, line breaks and halves of surrogate pairs: they carry no meaning, and some break what shows them. */
const NO_WORDS = /[\p{Cc}\p{Cs}\u2028\u2029]+/gu;

/** One line of at most `MAX_REASON_CODE_POINTS`; null where nothing is left of it. */
export function denialInShort(denial: Denial | undefined): Denial | null {
  if (denial === undefined) return null;
  const reason = fit(denial.reason.replace(NO_WORDS, ' ').trim(), MAX_REASON_CODE_POINTS);
  return reason === '' ? null : { reason, isShared: denial.isShared };
}
