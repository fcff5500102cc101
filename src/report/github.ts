import { appendFileSync } from 'node:fs';
import * as core from '@actions/core';
import { KitError, messageOf } from '../kit/errors.ts';
import type { OutputName } from '../kit/outputs.ts';
import type { Annotation, Reporter } from './reporter.ts';

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
const summaryLimitBytes = 1024 * 1024;

/** GitHub shows ten errors of a step and drops the rest in silence; the last is kept for the failure itself. */
const annotationLimit = 9;

/** The reporter of a workflow run, with what only `main` may do. */
export interface GitHubReporter extends Reporter {
  /** Hides a value: from the log by the runner, from outputs and summary by us. */
  mask(secret: string): void;
  /** Reports the failure: the first line names the cause. */
  fail(error: unknown): void;
  /** Writes the summary and the last outputs; called once, on success and failure. */
  finish(): void;
}

/** @param summaryFile path of the job summary, GITHUB_STEP_SUMMARY; without it no summary is written. */
export function githubReporter(summaryFile: string | undefined): GitHubReporter {
  const secrets = new Set<string>();
  const summary: string[] = [];
  const annotated = new Set<string>();
  const clean = (text: string) =>
    [...secrets].reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), text);
  const output = (name: OutputName, value: string | number | boolean) =>
    core.setOutput(name, clean(String(value)));
  return {
    mask(secret) {
      if (secret === '' || secrets.has(secret)) return;
      secrets.add(secret);
      core.setSecret(secret);
    },
    group: (title, work) => core.group(clean(title), work),
    info: (line) => core.info(clean(line)),
    debug: (line) => core.debug(clean(line)),
    warning: (line) => core.warning(clean(line)),
    annotate({ file, line, message }) {
      const where = line === undefined ? file : `${file}:${line}`;
      const text = clean(message);
      if (annotated.has(`${where} ${text}`)) return;
      annotated.add(`${where} ${text}`);
      if (annotated.size > annotationLimit) core.info(`${where}: ${text}`);
      else core.error(text, annotationProperties({ file, line }));
    },
    summary: (markdown) => void summary.push(clean(markdown)),
    output,
    fail(error) {
      const lines = describe(error).map(clean);
      core.setFailed(lines.join('\n'));
      output('error-code', error instanceof KitError ? error.code : 'internal');
      summary.push(failureMarkdown(lines));
      core.debug(clean(error instanceof Error ? (error.stack ?? '') : ''));
    },
    finish() {
      const markdown = withinLimit(summary.join('\n\n'));
      output('summary-markdown', markdown);
      if (summaryFile) appendFileSync(summaryFile, `${markdown}\n`);
    },
  };
}

function annotationProperties({ file, line }: Pick<Annotation, 'file' | 'line'>): core.AnnotationProperties {
  return { file, title: 'Collector config', ...(line === undefined ? {} : { startLine: line }) };
}

/** The message, what it was caused by, and what to do next. */
function describe(error: unknown): string[] {
  const lines = [messageOf(error)];
  for (
    let cause = error instanceof Error ? error.cause : undefined;
    cause;
    cause = cause instanceof Error ? cause.cause : undefined
  ) {
    const message = messageOf(cause);
    if (!lines.some((line) => line.includes(message))) lines.push(`caused by: ${message}`);
  }
  if (error instanceof KitError && error.hint) lines.push(`next: ${error.hint}`);
  return lines;
}

function failureMarkdown(lines: readonly string[]): string {
  const text = lines.join('\n');
  const fence = text.includes('```') ? '~~~~' : '```';
  return `### ❌ Failed\n\n${fence}\n${text}\n${fence}`;
}

/** The runner drops a whole summary above its limit, so the end is cut instead. */
function withinLimit(markdown: string): string {
  const bytes = Buffer.from(markdown);
  if (bytes.length < summaryLimitBytes) return markdown;
  const note = '\n\n(cut: the summary is larger than a job summary may be)';
  return bytes.subarray(0, summaryLimitBytes - 200).toString('utf8') + note;
}
