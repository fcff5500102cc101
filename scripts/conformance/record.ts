import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MadeKind, Question, Seen } from './stage.ts';

export interface CheckRecord extends Question, Seen {
  stage: number;
  /** Whether it could be asked at all; `seen` says why not. */
  settled: boolean;
  at: string;
  seconds: number;
}

export interface StageRecord {
  number: number;
  state: 'running' | 'done';
  short: boolean;
  seconds: number;
}

export interface Made {
  kind: MadeKind;
  name: string;
}

interface Content {
  version: 1;
  /** `AWS`, or `local cloud` when an endpoint stands in for it. */
  target: 'AWS' | 'local cloud';
  account: string;
  region: string;
  stages: StageRecord[];
  checks: CheckRecord[];
  /** What may still be there, oldest first. */
  made: Made[];
  leftovers: string[];
}

/** `conformance.json`: what was asked and seen, and what an interrupted run may have left. Written after every change. */
export class Record {
  readonly #file: string;
  readonly content: Content;

  /** @throws Error when the folder holds the record of another account, region or target. */
  constructor(folder: string, whose: Pick<Content, 'target' | 'account' | 'region'>) {
    mkdirSync(folder, { recursive: true });
    this.#file = path.join(folder, 'conformance.json');
    this.content = { version: 1, ...whose, stages: [], checks: [], made: [], leftovers: [] };
    if (!existsSync(this.#file)) return;
    const found = JSON.parse(readFileSync(this.#file, 'utf8')) as Content;
    for (const field of ['version', 'target', 'account', 'region'] as const) {
      if (found[field] !== this.content[field])
        throw new Error(`${this.#file} is of ${field} ${found[field]}: name another --folder`);
    }
    this.content = found;
  }

  isDone(stage: number, short: boolean): boolean {
    const found = this.content.stages.find(({ number }) => number === stage);
    return found?.state === 'done' && (short || !found.short);
  }

  /** Begins a stage anew: what an earlier attempt saw is forgotten. */
  begin(number: number, short: boolean): void {
    const { content } = this;
    content.checks = content.checks.filter(({ stage }) => stage !== number);
    content.stages = content.stages.filter((stage) => stage.number !== number);
    content.stages.push({ number, state: 'running', short, seconds: 0 });
    this.write();
  }

  end(number: number, seconds: number): void {
    const stage = this.content.stages.find((each) => each.number === number);
    if (stage) Object.assign(stage, { state: 'done', seconds });
    this.write();
  }

  check(check: CheckRecord): void {
    this.content.checks.push(check);
    this.write();
  }

  keep(kind: MadeKind, name: string): void {
    if (this.content.made.some((made) => made.kind === kind && made.name === name)) return;
    this.content.made.push({ kind, name });
    this.write();
  }

  gone({ kind, name }: Made): void {
    this.content.made = this.content.made.filter((made) => made.kind !== kind || made.name !== name);
    this.write();
  }

  left(leftovers: string[]): void {
    this.content.leftovers = leftovers;
    this.write();
  }

  /** Whole or not at all, so that a killed run leaves a readable file. */
  write(): void {
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.content, null, 2)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}
