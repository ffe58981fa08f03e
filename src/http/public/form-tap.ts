/** The id of a tap that a form makes: drawn with the form, so that a button pressed twice is one tap. */
import type { Random } from '../../base/crypto/random.js';
import type { Form } from '../shared/form.js';

const TAP_ID = /^[0-9a-f]{32}$/;
const TAP_ID_BYTES = 16;

export function newTapId(random: Pick<Random, 'hex'>): string {
  return random.hex(TAP_ID_BYTES);
}

/** As the form names it; a new one where it names none that is well-formed. */
export function tapIdOf(form: Form, random: Pick<Random, 'hex'>): string {
  const named = form.get('tap') ?? '';
  return TAP_ID.test(named) ? named : newTapId(random);
}
