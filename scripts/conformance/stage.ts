import type { Account } from './account.ts';
import type { Collectors } from './collectors.ts';
import type { Ground } from './ground.ts';
import type { Roles } from './roles.ts';

/** One question to AWS. */
export interface Question {
  /** Of the finding or behaviour that it settles; the key in the report. */
  id: string;
  /** What is done. */
  what: string;
  /** What the local cloud, or AWS's documentation, says will be seen. */
  expected: string;
}

/** What was seen, and whether it is what was expected. */
export interface Seen {
  holds: boolean;
  /** In words, with AWS's own texts; holds no secret. */
  seen: string;
}

/** Kinds of things that outlive a run when nobody removes them. */
export type MadeKind = 'stack' | 'bucket' | 'log-group' | 'secret';

/** What a stage works with. */
export interface StageWork {
  /** A quick form: fewer variants, no long waits. */
  short: boolean;
  /** The collector image that the stages run. */
  image: string;
  account: Account;
  /** VPC, cluster and bucket; with instances once a stage has asked for them. */
  ground: Ground;
  /** Roles made literally from `docs/permissions.md`. */
  roles: Roles;
  /** The collectors of the stages 2 to 5, deployed when first asked for. */
  collectors: Collectors;
  /** Notes what is about to be made, so that an interrupted run's successor removes it. */
  keep(kind: MadeKind, name: string): void;
  /** Asks and records; a look that throws is recorded as not settled, and the stage goes on. */
  check(question: Question, look: () => Promise<Seen>): Promise<boolean>;
  say(line: string): void;
  signal: AbortSignal;
}

/** A part of the conformance run that can be asked for alone. */
export interface Stage {
  number: number;
  title: string;
  /** Findings and behaviours that it settles. */
  settles: readonly string[];
  /** What it makes in the account. */
  makes: string;
  /** About, in minutes; `shortMinutes` in the quick form. */
  minutes: number;
  /** About, in US dollars, from memory: look the prices up. */
  dollars: number;
  /** Whether it needs EC2 instances, and so money per hour. */
  needsInstances: boolean;
  /** Why it cannot run on the local cloud; undefined when it can. */
  notLocal?: string;
  run(work: StageWork): Promise<void>;
}

/** A seen text that holds when it contains all of the parts. */
export function contains(text: string, ...parts: readonly string[]): Seen {
  const missing = parts.filter((part) => !text.includes(part));
  return {
    holds: missing.length === 0,
    seen: missing.length === 0 ? text : `${text} (without: ${missing.join(', ')})`,
  };
}
