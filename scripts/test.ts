/**
 * Every check and test of the repository: `npm test`, or `npm test -- NAME… [--pace aws]` for some of them.
 * Closes with the line `N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import { paceOf } from '../local/cloud.ts';
import { interruption } from './interruption.ts';
import { checks } from './test/checks.ts';
import { type Outcome, sum } from './test/outcome.ts';
import { type WireReport, wireSummary } from './test/wire-reports.ts';

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { pace: { type: 'string' } },
});
// For the clouds that the checks start, and for the tests on them.
process.env['LOCAL_PACE'] = paceOf(values);
const names = checks.map((check) => check.name);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no such check: ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

const signal = interruption();

const outcomes: Outcome[] = [];
const rows: string[] = [];
const wires = new Map<string, WireReport>();
for (const check of checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  if (signal.aborted) break;
  console.log(`\n━━ ${check.name}: ${check.what}`);
  const started = Date.now();
  const outcome = await check.run(signal).catch((error: unknown): Outcome => {
    console.error(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1, skipped: 0 };
  });
  const seconds = Math.round((Date.now() - started) / 1000);
  outcomes.push(outcome);
  if (outcome.wire) wires.set(check.name, outcome.wire);
  rows.push(
    `${outcome.failed > 0 ? '✗' : '✓'} ${check.name.padEnd(12)} ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s`,
  );
}
if (signal.aborted) {
  outcomes.push({ passed: 0, failed: 1, skipped: 0 });
  rows.push('✗ interrupted');
}

const total = sum(outcomes);
console.log(`\n${rows.join('\n')}\n`);
for (const line of wireSummary(wires, wanted.length === 0)) console.log(line);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
