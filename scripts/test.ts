/**
 * Every check and test of the repository: `npm test`, or `npm test -- NAME…` for some of them.
 * Closes with the line `N passed, N failed`.
 */
import { checks, onRequest } from './test/checks.ts';
import type { Outcome } from './test/outcome.ts';

const wanted = process.argv.slice(2);
const all = [...checks, ...onRequest];
const names = all.map((check) => check.name);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no such check: ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
const rows: string[] = [];
for (const check of wanted.length === 0 ? checks : all.filter(({ name }) => wanted.includes(name))) {
  if (interrupted.signal.aborted) break;
  console.log(`\n━━ ${check.name}: ${check.what}`);
  const started = Date.now();
  const outcome = await check.run(interrupted.signal).catch((error: unknown): Outcome => {
    console.error(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1, skipped: 0 };
  });
  const seconds = Math.round((Date.now() - started) / 1000);
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += outcome[key];
  rows.push(
    `${outcome.failed > 0 ? '✗' : '✓'} ${check.name.padEnd(12)} ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s`,
  );
}
if (interrupted.signal.aborted) {
  total.failed += 1;
  rows.push('✗ interrupted');
}

console.log(`\n${rows.join('\n')}\n`);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
