/** What people in Discord are told, through both ways in, where something takes long or goes wrong. */
import { expect, test } from '@jest/globals';
import { approver, asked, fixture, overBothWays, privately } from '../fixtures/channels/discord-conversation.js';

overBothWays(() => {
  test('a desk that hangs is answered in time: tap again, or no suggestions; the form opens all the same', async () => {
    const { card } = await asked();
    const hangs = (): Promise<never> => new Promise(() => undefined);
    fixture.handlers.desk = { ...fixture.desk, decide: hangs, pending: hangs };

    const answers = await Promise.all([
      approver.tap(card, 'Approve'),
      approver.complete('approve', 'id', ''),
      approver.tap(card, 'Deny'),
    ]);

    expect(answers).toEqual([
      privately(/did not answer in time.*tap again/),
      { kind: 'choices', choices: [] },
      expect.objectContaining({ kind: 'form' }),
    ]);
  });

  test('a command that takes its time is answered all the same, when it is done', async () => {
    const { commands } = fixture.handlers;
    fixture.handlers.commands = {
      async run(call) {
        await new Promise((resolve) => setTimeout(resolve, 2_200));
        return commands.run(call);
      },
    };

    expect(await approver.type('grants')).toEqual(privately(/Nobody has been granted anything/));
  });

  test('a bug behind the door is answered, and nothing of it is told', async () => {
    const { card } = await asked();
    fixture.handlers.desk = { ...fixture.desk, decide: () => Promise.reject(new Error('a secret detail')) };

    const answer = await approver.tap(card, 'Approve');

    expect(answer).toEqual(privately(/tap again/));
    expect(JSON.stringify(answer)).not.toContain('secret detail');
  });
});
