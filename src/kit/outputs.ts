/** The outputs of `action.yml`; described in `src/inputs/spec.ts`, set through the reporter. */
export type OutputName =
  | 'release-id'
  | 'has-changes'
  | 'stack-id'
  | 'stack-outputs'
  | 'task-count'
  | 'generated'
  | 'arrived'
  | 'kept'
  | 'cohorts'
  | 'gateways'
  | 'agents'
  | 'run-id'
  | 'evidence-key'
  | 'evidence-hash'
  | 'durations'
  | 'error-code'
  | 'summary-markdown';
