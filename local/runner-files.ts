import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The files through which an action speaks to the runner. */
export class RunnerFiles {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'runner-'));
  readonly variables: Record<string, string> = {
    GITHUB_OUTPUT: this.#made('output'),
    GITHUB_STATE: this.#made('state'),
    GITHUB_STEP_SUMMARY: this.#made('summary'),
  };

  outputs(): Record<string, string> {
    return parseOutputs(this.#read('output'));
  }

  /** What the step saved, as its `post` gets it. */
  state(): Record<string, string> {
    const saved = Object.entries(parseOutputs(this.#read('state')));
    return Object.fromEntries(saved.map(([name, value]) => [`STATE_${name}`, value]));
  }

  summary(): string {
    return this.#read('summary');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #made(name: string): string {
    const file = path.join(this.#folder, name);
    writeFileSync(file, '');
    return file;
  }

  #read(name: string): string {
    return readFileSync(path.join(this.#folder, name), 'utf8');
  }
}

/** `name<<DELIMITER`, lines of the value, `DELIMITER`. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    if (!name || !delimiter) continue;
    const end = lines.indexOf(delimiter, index + 1);
    outputs[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return outputs;
}
