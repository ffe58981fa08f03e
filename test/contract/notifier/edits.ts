/** Promises about cards that are redrawn: what is gone is told apart and followed up, and no old edit wins. */
import assert from 'node:assert/strict';
import { outcomeSentence } from '../../../src/approval/card-view.js';
import type { Answer, EditingNotifier, Notice, Receipt } from '../../../src/contract/notifier.js';
import * as liars from '../liars/edits.js';
import { assertSame, needsEdits, type NotifierCase } from './case.js';
import { DECISION, REVOCATION, type Scene } from './scene.js';
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
    liar: liars.givesUpOnLostCards,
    async check(scene) {
      const { notice, receipt } = await deliver(scene);
      await scene.fake.behave({ kind: 'message_gone' });
      const answer = await editing(scene).update(scene.update(notice, receipt), patience());
      assert.equal(answer.kind, 'uneditable');
    },
  },
  {
    promise: 'a follow-up is a new message that tells the outcome and asks nothing',
    notFor: needsEdits('message_gone'),
    liar: liars.pretendsToFollowUp,
    async check(scene) {
      const sent = await deliver(scene);
      await followUp(scene, sent);
      const last = seen(scene).at(-1);
      assert.ok(last?.text.includes(outcomeSentence(DECISION)) === true, 'the outcome is told in the one sentence');
      assertSame(last.buttons, []);
    },
  },
  {
    promise: 'a later change edits the follow-up',
    notFor: needsEdits('message_gone'),
    liar: liars.keepsTheOldReceipt,
    async check(scene) {
      const sent = await deliver(scene);
      const receipt = await followUp(scene, sent);
      const count = seen(scene).length;
      await scene.fake.behave({ kind: 'normal' });
      await editing(scene).update(scene.revoked(sent.notice, receipt), patience());
      assert.equal(seen(scene).length, count);
      assert.ok(seen(scene).at(-1)?.text.includes(REVOCATION.by), 'the follow-up says who revoked');
    },
  },
  {
    promise: 'an edit that comes late never overwrites a newer one, and is content',
    notFor: needsEdits('revisions'),
    liar: liars.letsTheLastEditWin,
    async check(scene) {
      const { notice, receipt } = await deliver(scene);
      await editing(scene).update(scene.revoked(notice, receipt), patience());
      const late = await editing(scene).update(scene.update(notice, receipt), patience());
      assert.equal(late.kind, 'delivered');
      assert.ok(seen(scene).at(-1)?.text.includes(REVOCATION.by), 'the newer card still stands');
    },
  },
];

async function deliver(scene: Scene): Promise<Sent> {
  const notice = scene.notice();
  return { notice, receipt: receiptOf(await scene.notify(notice)) };
}

async function followUp(scene: Scene, { notice, receipt }: Sent): Promise<Receipt> {
  await scene.fake.behave({ kind: 'message_gone' });
  return receiptOf(await editing(scene).followUp(scene.update(notice, receipt), patience()));
}

function receiptOf(answer: Answer): Receipt {
  assert.ok(answer.kind === 'delivered', `got ${answer.kind}, expected delivered`);
  return answer.receipt;
}

function editing({ notifier }: Scene): EditingNotifier {
  assert.ok(notifier.updates === 'edit');
  return notifier;
}

function seen(scene: Scene): readonly SeenMessage[] {
  return scene.fake.sees(scene.open.recipient(1));
}

function patience(): AbortSignal {
  return AbortSignal.timeout(PATIENCE_MS);
}
