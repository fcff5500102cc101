/** What a check counted. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}
