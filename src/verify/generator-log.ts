import type { EcsTask } from '../aws/ecs-task.ts';
import type { Fault } from './judge.ts';
import type { GeneratorPlan } from './plan.ts';

export interface LogExpectations {
  /** Each must match a line of every generator's log. */
  assertLogs: readonly RegExp[];
  /** None may match any line. */
  forbidLogs: readonly RegExp[];
}

/** telemetrygen's last line: with it, the log is complete. */
const lastLine = /\bstopping the exporter\b/;
/** telemetrygen exits 0 whatever becomes of its spans; a failed export shows in this line only. */
const failedExport = /\btraces export: /;
const errorLevel = /^\S+\t(?:ERROR|FATAL|PANIC)\t/;
const generatedCount = /\btraces generated\b.*?(\{.*\})/;

/** Whether nothing more is to be expected of a stopped generator's log. */
export function isCompleteLog(lines: readonly string[]): boolean {
  return lines.some((line) => lastLine.test(line));
}

/** Lines worth a reader's attention; the rest is gRPC chatter. */
export function isNoteworthy(line: string): boolean {
  return failedExport.test(line) || errorLevel.test(line) || generatedCount.test(line);
}

/** Whether a generator has failed already, whatever may still come: spans got lost, or it did not end by itself. */
export function isDoomed(task: EcsTask | undefined, lines: readonly string[]): boolean {
  return wasCutOff(task) || lines.some((line) => failedExport.test(line));
}

/** Never started, stopped by somebody, or lost with its instance. */
function wasCutOff(task: EcsTask | undefined): boolean {
  return task?.lastStatus === 'STOPPED' && task.stopCode !== 'EssentialContainerExited';
}

/** Judges a generator that is over or doomed by its task and its log. It proves what was sent, never what arrived. */
export function judgeGenerator(
  plan: GeneratorPlan,
  task: EcsTask | undefined,
  lines: readonly string[],
  expectations: LogExpectations,
): Fault[] {
  const messages = messagesOf(plan, task, lines, expectations);
  const name = `generator of cohort ${plan.cohort} on ${plan.instance}`;
  return messages.map((message) => ({ code: 'generator-failed', message: `${name}: ${message}` }));
}

function messagesOf(
  plan: GeneratorPlan,
  task: EcsTask | undefined,
  lines: readonly string[],
  expectations: LogExpectations,
): string[] {
  // All else only follows from that.
  if (wasCutOff(task)) return exitFaults(task).slice(0, 1);
  if (task?.lastStatus !== 'STOPPED' && isDoomed(task, lines)) return exportFaults(lines);
  return [
    ...exitFaults(task),
    ...countFaults(plan, lines),
    ...exportFaults(lines),
    ...patternFaults(lines, expectations),
  ];
}

function exitFaults(task: EcsTask | undefined): string[] {
  if (task === undefined) return ['ECS no longer knows its task'];
  if (task.lastStatus !== 'STOPPED') return [`its task is ${task.lastStatus}, not STOPPED`];
  const faults: string[] = [];
  if (task.stopCode !== 'EssentialContainerExited') {
    faults.push(
      `its task ended with ${task.stopCode ?? 'no stop code'}: ${task.stoppedReason ?? 'no reason given'}`,
    );
  }
  if (task.containers.length === 0) faults.push('its task names no container');
  for (const { name, exitCode, reason } of task.containers) {
    if (exitCode === 0) continue;
    faults.push(`container ${name} exited with ${exitCode ?? 'no code'}${reason ? `: ${reason}` : ''}`);
  }
  return faults;
}

function countFaults(plan: GeneratorPlan, lines: readonly string[]): string[] {
  if (!isCompleteLog(lines)) return [`its log ends early, after ${lines.length} lines`];
  const counts = lines.flatMap((line) => countIn(line) ?? []);
  const generated = counts.reduce((sum, count) => sum + count, 0);
  if (generated === plan.traces) return [];
  return [`it reports ${counts.length === 0 ? 'no count' : generated} of ${plan.traces} traces generated`];
}

function countIn(line: string): number | undefined {
  const fields = generatedCount.exec(line)?.[1];
  if (fields === undefined) return undefined;
  try {
    const { traces } = JSON.parse(fields) as { traces?: unknown };
    return typeof traces === 'number' ? traces : undefined;
  } catch {
    return undefined;
  }
}

function exportFaults(lines: readonly string[]): string[] {
  const failed = lines.filter((line) => failedExport.test(line) || errorLevel.test(line));
  const [first] = failed;
  if (first === undefined) return [];
  return [`${first.trim()}${failed.length > 1 ? ` (${failed.length} such lines)` : ''}`];
}

function patternFaults(lines: readonly string[], { assertLogs, forbidLogs }: LogExpectations): string[] {
  const missing = assertLogs
    .filter((pattern) => !lines.some((line) => matches(pattern, line)))
    .map((pattern) => `no line of its log matches ${pattern}`);
  const forbidden = forbidLogs.flatMap((pattern) => {
    const line = lines.find((each) => matches(pattern, each));
    return line === undefined
      ? []
      : [`a line of its log matches ${pattern}, which is forbidden: ${line.trim()}`];
  });
  return [...missing, ...forbidden];
}

/** A pattern with the flag g or y would remember where it stopped. */
function matches(pattern: RegExp, line: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(line);
}
