/** Promises about cards that are redrawn: what is gone is told apart and followed up, and no old edit wins. */
import assert from 'node:assert/strict';
import { outcomeSentence } from '../../../src/approval/card-view.js';
import type { Answer, EditingNotifier, Notice, Receipt } from '../../../src/contract/notifier.js';
import * as mutants from '../mutants/edits.js';
import { assertSame, needsEdits, type NotifierCase } from './case.js';
import { DECISION, REVOCATION, type Fixture } from './fixture.js';
import type { SeenMessage } from '../stage.js';

const PATIENCE_MS = 5_000;

interface Sent {
  readonly notice: Notice;
  readonly receipt: Receipt;
}

export const editCases: readonly NotifierCase[] = [
  {
    promise: 'a card that was deleted is uneditable, and not a refusal',
    notFor: needsEdits('message_gone'),
    mutant: mutants.givesUpOnLostCards,
    async check(fixture) {
      const { notice, receipt } = await deliver(fixture);
      await fixture.fake.behave({ kind: 'message_gone' });
      const answer = await editing(fixture).update(fixture.update(notice, receipt), patience());
      assert.equal(answer.kind, 'uneditable');
    },
  },
  {
    promise: 'a follow-up is a new message that tells the outcome and asks nothing',
    notFor: needsEdits('message_gone'),
    mutant: mutants.pretendsToFollowUp,
    async check(fixture) {
      const sent = await deliver(fixture);
      await followUp(fixture, sent);
      const last = seen(fixture).at(-1);
      assert.ok(last?.text.includes(outcomeSentence(DECISION)) === true, 'the outcome is told in the one sentence');
      assertSame(last.buttons, []);
    },
  },
  {
    promise: 'a later change edits the follow-up',
    notFor: needsEdits('message_gone'),
    mutant: mutants.keepsTheOldReceipt,
    async check(fixture) {
      const sent = await deliver(fixture);
      const receipt = await followUp(fixture, sent);
      const count = seen(fixture).length;
      await fixture.fake.behave({ kind: 'normal' });
      await editing(fixture).update(fixture.revoked(sent.notice, receipt), patience());
      assert.equal(seen(fixture).length, count);
      assert.ok(seen(fixture).at(-1)?.text.includes(REVOCATION.by), 'the follow-up says who revoked');
    },
  },
  {
    promise: 'an edit that comes late never overwrites a newer one, and is content',
    notFor: needsEdits('revisions'),
    mutant: mutants.letsTheLastEditWin,
    async check(fixture) {
      const { notice, receipt } = await deliver(fixture);
      await editing(fixture).update(fixture.revoked(notice, receipt), patience());
      const late = await editing(fixture).update(fixture.update(notice, receipt), patience());
      assert.equal(late.kind, 'delivered');
      assert.ok(seen(fixture).at(-1)?.text.includes(REVOCATION.by), 'the newer card still stands');
    },
  },
];

async function deliver(fixture: Fixture): Promise<Sent> {
  const notice = fixture.notice();
  return { notice, receipt: receiptOf(await fixture.notify(notice)) };
}

async function followUp(fixture: Fixture, { notice, receipt }: Sent): Promise<Receipt> {
  await fixture.fake.behave({ kind: 'message_gone' });
  return receiptOf(await editing(fixture).followUp(fixture.update(notice, receipt), patience()));
}

function receiptOf(answer: Answer): Receipt {
  assert.ok(answer.kind === 'delivered', `got ${answer.kind}, expected delivered`);
  return answer.receipt;
}

function editing({ notifier }: Fixture): EditingNotifier {
  assert.ok(notifier.updates === 'edit');
  return notifier;
}

function seen(fixture: Fixture): readonly SeenMessage[] {
  return fixture.fake.sees(fixture.open.recipient(1));
}

function patience(): AbortSignal {
  return AbortSignal.timeout(PATIENCE_MS);
}
