import { describe, expect, test } from '@jest/globals';
import { KitError } from '../../src/kit/errors.ts';
import { type Look, type PollOptions, poll } from '../../src/kit/poll.ts';
import { FakeClock } from '../support/fake-clock.ts';

const cut = new KitError('deploy did not end within 60 s; last state: no answer', {
  code: 'deadline-exceeded',
  source: 'aws',
  hint: 'run it again',
});

function polling(looks: (Look<string> | Error)[], more: Partial<PollOptions> = {}): Promise<string> {
  const clock = new FakeClock();
  const options = { what: 'stack otel', deadline: clock.now() + 60_000, intervalSeconds: 2, clock, ...more };
  return poll(options, async () => {
    const found = looks.length > 1 ? looks.shift() : looks[0];
    if (found instanceof Error) throw found;
    return found ?? { done: true, value: '' };
  });
}

const busy = { done: false as const, state: 'UPDATE_IN_PROGRESS' };

describe('polling', () => {
  test('gives what the last look found', async () => {
    await expect(polling([busy, busy, { done: true, value: 'found' }])).resolves.toBe('found');
  });

  test('fails at its deadline with the last state', async () => {
    await expect(polling([busy])).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: 'stack otel did not get there within 60 s; last state: UPDATE_IN_PROGRESS',
    });
  });

  test("says the state of the look before when the step's end cuts one short", async () => {
    await expect(polling([busy, cut])).rejects.toMatchObject({
      code: 'deadline-exceeded',
      hint: 'run it again',
      message: `${cut.message}; stack otel: UPDATE_IN_PROGRESS`,
    });
  });

  test('or what is known in the middle of it', async () => {
    await expect(polling([cut], { known: () => 'in progress: Gateways' })).rejects.toMatchObject({
      message: `${cut.message}; stack otel: in progress: Gateways`,
    });
  });

  test('passes everything else on as it is', async () => {
    const denied = new KitError('denied', { code: 'access-denied', source: 'user' });
    await expect(polling([busy, denied])).rejects.toBe(denied);
    await expect(polling([cut])).rejects.toBe(cut);
  });

  test('looks no more once it is aborted', async () => {
    const signal = AbortSignal.abort(cut);
    await expect(polling([{ done: true, value: 'found' }], { signal })).rejects.toBe(cut);
  });
});
