/** The verbs of producers' mails, for the registry. */
export { addProducerMail as add } from './add.js';
export { findProducerMail as find } from './find.js';
export { endedProducerMails as ended, tellProducer as tell } from './tell.js';
