/** Promises about what people see: the right card, the right link, one of each, and only words where words belong. */
import assert from 'node:assert/strict';
import { outcomeSentence } from '../../../src/approval/card-view.js';
import type { Receipt } from '../../../src/contract/notifier.js';
import { HOSTILE_WORDS } from '../hostile-words.js';
import { losesTrackOfCards, pretendsToUpdate } from '../liars/answers.js';
import * as conduct from '../liars/conduct.js';
import { assertSame, forAll, needsQuestion, needsUpdates, type NotifierCase } from './case.js';
import { CONFIRM_URL, DECISION, type Scene, type VisitorWords } from './scene.js';
import type { SeenMessage } from '../stage.js';

async function deliver(
  scene: Scene,
  wish: Parameters<Scene['notice']>[0] = {},
): Promise<{ notice: ReturnType<Scene['notice']>; receipt: Receipt }> {
  const notice = scene.notice(wish);
  const answer = await scene.notify(notice);
  assert.ok(answer.kind === 'delivered', `got ${answer.kind}, expected delivered`);
  return { notice, receipt: answer.receipt };
}

async function redraw(scene: Scene, sent: Awaited<ReturnType<typeof deliver>>): Promise<void> {
  assert.ok(scene.notifier.updates !== 'none');
  const answer = await scene.notifier.update(scene.update(sent.notice, sent.receipt), AbortSignal.timeout(5_000));
  assert.equal(answer.kind, 'delivered');
}

function seen(scene: Scene, number = 1): readonly SeenMessage[] {
  return scene.fake.sees(scene.open.recipient(number));
}

/** All that is not words. */
function shapeOf(messages: readonly SeenMessage[]): unknown {
  return messages.map(({ links, buttons, structure }) => ({ links, buttons, structure }));
}

export const cardCases: readonly NotifierCase[] = [
  {
    promise: 'the card says host, address and country',
    notFor: forAll,
    liar: conduct.saysNothingOfTheVisitor,
    async check(scene) {
      const { notice } = await deliver(scene);
      const [message] = seen(scene);
      assert.ok(message !== undefined, 'the recipient sees it');
      for (const fact of [notice.card.host, notice.card.address, notice.card.country ?? '']) {
        assert.ok(message.text.includes(fact), `the card does not say ${fact}`);
      }
    },
  },
  {
    promise: 'the confirm link stands in it exactly once',
    notFor: needsQuestion,
    liar: conduct.leadsElsewhere,
    async check(scene) {
      await deliver(scene);
      const links = seen(scene).flatMap((message) => message.links);
      assertSame(links, [`${CONFIRM_URL}/${scene.token}`]);
    },
  },
  {
    promise: 'it decides where its traits say: by buttons in the chat, or by the link alone',
    notFor: needsQuestion,
    liar: conduct.misstatesWhereItDecides,
    async check(scene) {
      await deliver(scene);
      const buttons = seen(scene).flatMap((message) => message.buttons);
      assertSame(buttons, scene.notifier.traits.decides === 'in-chat' ? ['approve', 'deny'] : []);
    },
  },
  {
    promise: 'the visitor’s words stay words: no markup, link, mention or header comes of them',
    notFor: needsQuestion,
    liar: conduct.linksVisitorsWords,
    async check(scene) {
      await deliver(scene, { number: 1 });
      const harmless = shapeOf(seen(scene, 1));
      let number = 1;
      for (const [name, words] of Object.entries(HOSTILE_WORDS)) {
        number += 1;
        await deliver(scene, { number, words: allOver(words) });
        assertSame(shapeOf(seen(scene, number)), harmless, name);
      }
    },
  },
  {
    promise: 'a repeated delivery has one effect, even when the first answer was lost',
    notFor: (_stage, notifier) => (notifier.traits.isIdempotent ? null : 'its traits promise nothing of the kind'),
    liar: conduct.picksANewKeyEachTime,
    async check(scene) {
      const notice = scene.notice();
      if (scene.stage.lacks.reset_after_body === undefined) {
        await scene.fake.behave({ kind: 'reset_after_body' });
        await scene.notify(notice);
        await scene.fake.behave({ kind: 'normal' });
      }
      await scene.notify({ ...notice, attempt: 2 });
      await scene.notify({ ...notice, attempt: 3 });
      assert.equal(seen(scene).length, 1);
    },
  },
  {
    promise: 'an update shows the outcome and takes the buttons away',
    notFor: needsUpdates,
    liar: pretendsToUpdate,
    async check(scene) {
      const sent = await deliver(scene);
      await redraw(scene, sent);
      const messages = seen(scene);
      assert.equal(messages.length, scene.notifier.updates === 'edit' ? 1 : 2);
      assert.ok(messages.at(-1)?.text.includes(outcomeSentence(DECISION)), 'the outcome is told in the one sentence');
      assertSame(messages.at(-1)?.buttons, []);
    },
  },
  {
    promise: 'an update that is repeated changes nothing more',
    notFor: (stage, notifier) =>
      needsUpdates(stage, notifier) ?? (notifier.updates === 'edit' ? null : 'a follow-up is a message of its own'),
    liar: pretendsToUpdate,
    async check(scene) {
      const sent = await deliver(scene);
      await redraw(scene, sent);
      await redraw(scene, sent);
      assertSame(
        seen(scene).map((message) => message.text.includes(outcomeSentence(DECISION))),
        [true],
      );
    },
  },
  {
    promise: 'a receipt finds its own card, not its neighbour',
    notFor: needsUpdates,
    liar: losesTrackOfCards,
    async check(scene) {
      const first = await deliver(scene, { number: 1 });
      await deliver(scene, { number: 2 });
      await redraw(scene, first);
      assert.ok(seen(scene, 1).at(-1)?.text.includes(outcomeSentence(DECISION)));
      assert.ok(seen(scene, 2).every((message) => !message.text.includes(outcomeSentence(DECISION))));
    },
  },
];

function allOver(words: string): VisitorWords {
  return { path: words, browser: words, userAgent: words };
}
