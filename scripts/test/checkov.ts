import { execFile } from 'node:child_process';
import { root } from './commands.ts';
import type { Outcome } from './outcome.ts';

/** What the kit reads of `checkov --output json`. */
interface Report {
  results: { failed_checks: Finding[]; skipped_checks: Finding[]; parsing_errors: string[] };
  summary: { passed: number };
}

interface Finding {
  check_id: string;
  check_name: string;
  file_path: string;
  resource: string;
  check_result: { suppress_comment?: string };
}

/**
 * Runs checkov on the templates, as `.checkov.yaml` says, and shows what it finds.
 * @param command the path of checkov
 * @returns its checks: waived ones count as passed when they say why, as failed when they do not
 */
export async function checkov(command: string, signal: AbortSignal): Promise<Outcome> {
  const { faults, passed } = judge(JSON.parse(await output(command, signal)) as Report);
  for (const fault of faults) console.error(fault);
  return { passed, failed: faults.length, skipped: 0 };
}

/** What is wrong in a report, in words. A file that checkov cannot read is a fault: it only mentions it. */
export function judge({ results, summary }: Report): { faults: string[]; passed: number } {
  const unexplained = results.skipped_checks.filter(
    ({ check_result: { suppress_comment: reason } }) => !reason || reason === 'No comment provided',
  );
  const place = ({ file_path, resource }: Finding) => `templates${file_path}: ${resource}`;
  const faults = [
    ...results.parsing_errors.map((file) => `${file}: checkov cannot read it`),
    ...results.failed_checks.map((it) => `${place(it)}: ${it.check_id} ${it.check_name}`),
    ...unexplained.map((it) => `${place(it)}: ${it.check_id} is waived without a reason`),
    ...(summary.passed === 0 ? ['checkov checked nothing'] : []),
  ];
  return { faults, passed: summary.passed + results.skipped_checks.length - unexplained.length };
}

/** Checkov ends with 1 when a check fails, and its report says which: only no report at all is an error. */
function output(command: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, signal, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, ['--output', 'json'], options, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(stdout);
      else reject(new Error(`checkov gave no report: ${stderr || stdout}`, { cause: error }));
    });
  });
}
