/** Promises about what people see: the right card, the right link, one of each, and only words where words belong. */
import assert from 'node:assert/strict';
import { outcomeSentence } from '../../../src/approval/card-view.js';
import type { Receipt } from '../../../src/contract/notifier.js';
import { HOSTILE_WORDS } from '../../fixtures/cards/hostile-words.js';
import { losesTrackOfCards, pretendsToUpdate } from '../mutants/answers.js';
import * as conduct from '../mutants/conduct.js';
import { assertSame, forAll, isTaken, needsQuestion, needsUpdates, type NotifierCase } from './case.js';
import { CONFIRM_URL, DECISION, type Fixture, type VisitorWords } from './fixture.js';
import type { SeenMessage } from '../stage.js';

async function deliver(
  fixture: Fixture,
  input: Parameters<Fixture['notice']>[0] = {},
): Promise<{ notice: ReturnType<Fixture['notice']>; receipt: Receipt }> {
  const notice = fixture.notice(input);
  const answer = await fixture.notify(notice);
  assert.ok(isTaken(answer), `got ${answer.kind}, expected delivered`);
  return { notice, receipt: answer.receipt };
}

async function redraw(fixture: Fixture, sent: Awaited<ReturnType<typeof deliver>>): Promise<void> {
  assert.ok(fixture.notifier.updates !== 'none');
  const answer = await fixture.notifier.update(fixture.update(sent.notice, sent.receipt), AbortSignal.timeout(5_000));
  assert.equal(answer.kind, 'delivered');
}

function seen(fixture: Fixture, number = 1): readonly SeenMessage[] {
  return fixture.fake.sees(fixture.open.recipient(number));
}

/** All that is not words. */
function shapeOf(messages: readonly SeenMessage[]): unknown {
  return messages.map(({ links, buttons, structure }) => ({ links, buttons, structure }));
}

export const cardCases: readonly NotifierCase[] = [
  {
    promise: 'the card says host, address and country',
    notFor: forAll,
    mutant: conduct.saysNothingOfTheVisitor,
    async check(fixture) {
      const { notice } = await deliver(fixture);
      const [message] = seen(fixture);
      assert.ok(message !== undefined, 'the recipient sees it');
      for (const fact of [notice.card.host, notice.card.address, notice.card.country ?? '']) {
        assert.ok(message.text.includes(fact), `the card does not say ${fact}`);
      }
    },
  },
  {
    promise: 'the confirm link stands in it exactly once',
    notFor: needsQuestion,
    mutant: conduct.leadsElsewhere,
    async check(fixture) {
      await deliver(fixture);
      const links = seen(fixture).flatMap((message) => message.links);
      assertSame(links, [`${CONFIRM_URL}/${fixture.token}`]);
    },
  },
  {
    promise: 'it decides where its traits say: by buttons in the chat, or by the link alone',
    notFor: needsQuestion,
    mutant: conduct.misstatesWhereItDecides,
    async check(fixture) {
      await deliver(fixture);
      const buttons = seen(fixture).flatMap((message) => message.buttons);
      assertSame(buttons, fixture.notifier.traits.decides === 'in-chat' ? ['approve', 'deny'] : []);
    },
  },
  {
    promise: 'the visitor’s words stay words: no markup, link, mention or header comes of them',
    notFor: needsQuestion,
    mutant: conduct.linksVisitorsWords,
    async check(fixture) {
      await deliver(fixture, { number: 1 });
      const harmless = shapeOf(seen(fixture, 1));
      let number = 1;
      for (const [name, words] of Object.entries(HOSTILE_WORDS)) {
        number += 1;
        await deliver(fixture, { number, words: allOver(words) });
        assertSame(shapeOf(seen(fixture, number)), harmless, name);
      }
    },
  },
  {
    promise: 'a repeated delivery has one effect, even when the first answer was lost',
    notFor: (_stage, notifier) => (notifier.traits.isIdempotent ? null : 'its traits promise nothing of the kind'),
    mutant: conduct.picksANewKeyEachTime,
    async check(fixture) {
      const notice = fixture.notice();
      if (fixture.stage.lacks.reset_after_body === undefined) {
        await fixture.fake.behave({ kind: 'reset_after_body' });
        await fixture.notify(notice);
        await fixture.fake.behave({ kind: 'normal' });
      }
      await fixture.notify({ ...notice, attempt: 2 });
      await fixture.notify({ ...notice, attempt: 3 });
      assert.equal(seen(fixture).length, 1);
    },
  },
  {
    promise: 'an update shows the outcome and takes the buttons away',
    notFor: needsUpdates,
    mutant: pretendsToUpdate,
    async check(fixture) {
      const sent = await deliver(fixture);
      await redraw(fixture, sent);
      const messages = seen(fixture);
      assert.equal(messages.length, fixture.notifier.updates === 'edit' ? 1 : 2);
      assert.ok(messages.at(-1)?.text.includes(outcomeSentence(DECISION)), 'the outcome is told in the one sentence');
      assertSame(messages.at(-1)?.buttons, []);
    },
  },
  {
    promise: 'an update that is repeated changes nothing more',
    notFor: (stage, notifier) =>
      needsUpdates(stage, notifier) ?? (notifier.updates === 'edit' ? null : 'a follow-up is a message of its own'),
    mutant: pretendsToUpdate,
    async check(fixture) {
      const sent = await deliver(fixture);
      await redraw(fixture, sent);
      await redraw(fixture, sent);
      assertSame(
        seen(fixture).map((message) => message.text.includes(outcomeSentence(DECISION))),
        [true],
      );
    },
  },
  {
    promise: 'a receipt finds its own card, not its neighbour',
    notFor: needsUpdates,
    mutant: losesTrackOfCards,
    async check(fixture) {
      const first = await deliver(fixture, { number: 1 });
      await deliver(fixture, { number: 2 });
      await redraw(fixture, first);
      assert.ok(seen(fixture, 1).at(-1)?.text.includes(outcomeSentence(DECISION)));
      assert.ok(seen(fixture, 2).every((message) => !message.text.includes(outcomeSentence(DECISION))));
    },
  },
];

function allOver(words: string): VisitorWords {
  return { path: words, browser: words, userAgent: words };
}
