/** Who has to act: the author of the inputs, the AWS side, or us. */
export type ErrorSource = 'user' | 'aws' | 'kit';

export interface KitErrorOptions {
  /** Stable, kebab-case; scripts branch on it, so it never changes its meaning. */
  code: string;
  source: ErrorSource;
  /** What the reader can do next; one sentence. */
  hint?: string;
  cause?: unknown;
}

/**
 * The one error of the kit. Its message reads: what failed, on which resource, the reason as AWS or
 * the collector words it. The first line alone must name the cause.
 */
export class KitError extends Error {
  readonly code: string;
  readonly source: ErrorSource;
  readonly hint: string | undefined;

  constructor(message: string, options: KitErrorOptions) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'KitError';
    this.code = options.code;
    this.source = options.source;
    this.hint = options.hint;
  }
}

/** Whether `error` is a KitError, optionally with one of `codes`. */
export function isKitError(error: unknown, ...codes: string[]): error is KitError {
  return error instanceof KitError && (codes.length === 0 || codes.includes(error.code));
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
