import type { SetupContext } from './context.ts';

/**
 * Does several things at the same time. The first failure stops the others; it is thrown once all have ended, so that
 * nothing is still being started while the caller cleans up.
 */
export async function together<T extends readonly unknown[]>(
  context: SetupContext,
  work: { [K in keyof T]: (context: SetupContext) => Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, failed.signal]) : failed.signal;
  const failures: unknown[] = [];
  const results = await Promise.all(
    work.map((start) =>
      start({ ...context, signal }).catch((error: unknown) => {
        failures.push(error);
        failed.abort(error);
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
  return results as unknown as T;
}
