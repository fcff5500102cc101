import { describe, expect, test } from '@jest/globals';
import { KitError } from '../../src/kit/errors.ts';
import { answered, closing, within } from '../../src/kit/limits.ts';

const never = () => new Promise<string>(() => {});
const cancelled = new KitError('the workflow was cancelled', { code: 'cancelled', source: 'user' });
const late = new KitError('deploy did not end within 60 s', { code: 'deadline-exceeded', source: 'aws' });

function limited() {
  const work = new AbortController();
  const end = new AbortController();
  return { work, end, limits: { work: work.signal, closing: end.signal } };
}

describe('a request', () => {
  test('without a limit gives its answer', async () => {
    await expect(answered('ask', async () => 'answer')).resolves.toBe('answer');
  });

  test('that is not answered ends with the cancellation', async () => {
    const { work, limits } = limited();
    const asked = within(limits, () => answered('describe stack otel', never));
    work.abort(cancelled);
    await expect(asked).rejects.toBe(cancelled);
  });

  test('that is not answered by the deadline is the last state', async () => {
    const { work, limits } = limited();
    const asked = within(limits, () => answered('describe stack otel', never));
    work.abort(late);
    await expect(asked).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: expect.stringMatching(
        /^deploy did not end within 60 s; last state: no answer for [\d.]+ s to the request to describe stack otel$/,
      ),
    });
  });

  test('is not sent any more after the end of the work', async () => {
    const { work, limits } = limited();
    work.abort(late);
    let sent = false;
    const asked = within(limits, () =>
      answered('execute the change set', async () => {
        sent = true;
      }),
    );
    await expect(asked).rejects.toThrow('about to execute the change set');
    expect(sent).toBe(false);
  });

  test('of the clean-up is sent after the end of the work, but not for ever', async () => {
    const { work, end, limits } = limited();
    work.abort(cancelled);
    const clean = <T>(request: () => Promise<T>) =>
      within(limits, () => closing(() => answered('stop', request)));
    await expect(clean(async () => 'stopped')).resolves.toBe('stopped');
    const stuck = clean(never);
    end.abort(late);
    await expect(stuck).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  test('that fails after it was given up fails unheard', async () => {
    const { work, limits } = limited();
    const { promise, reject: fail } = Promise.withResolvers<string>();
    const asked = within(limits, () => answered('ask', () => promise));
    work.abort(cancelled);
    await expect(asked).rejects.toBe(cancelled);
    fail(new Error('late'));
  });
});
