/** Aborted by the first SIGINT or SIGTERM that this process gets, with the signal's name as the reason. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(`stopped by ${name}`)));
  }
  return interrupted.signal;
}
