/** A joined line, or pieces that never made one. */
export type Joined = { line: string } | { broken: string };

/** More pieces than any line of the tap can have: at 16 KiB each, a megabyte. */
const mostPieces = 64;

/**
 * Puts together log lines that arrive in pieces: Docker cuts lines at 16 KiB, its awslogs driver at
 * 256 KiB. A JSON line is complete when it parses; until then the following pieces belong to it.
 */
export class LineJoiner {
  #pieces: string[] = [];

  /** Takes one event's text and gives what it completes. */
  push(text: string): Joined[] {
    if (this.#pieces.length === 0) return this.#start(text);
    const joined = [...this.#pieces, text].join('');
    if (isJson(joined)) {
      this.#pieces = [];
      return [{ line: joined }];
    }
    // The next line has begun, so what came before it can no longer be completed.
    if (isJson(text)) return [...this.end(), { line: text }];
    this.#pieces.push(text);
    return this.#pieces.length > mostPieces ? this.end() : [];
  }

  /** Gives up the line in hand, if there is one. */
  end(): Joined[] {
    const broken = this.#pieces.join('');
    this.#pieces = [];
    return broken === '' ? [] : [{ broken }];
  }

  #start(text: string): Joined[] {
    if (!text.startsWith('{') || isJson(text)) return [{ line: text }];
    this.#pieces = [text];
    return [];
  }
}

function isJson(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
