/** A change of a stack: from before its change set is asked for to the end of its operation. */
export interface OpenChange {
  kind: 'change';
  operation: 'create' | 'update';
  stackName: string;
  /** ARN; undefined until CloudFormation has told it. */
  stackId?: string;
  /** Undefined for an operation that another run started. */
  changeSet?: string;
  /** Whether CloudFormation has answered the request to make the change set. */
  isPlanned?: boolean;
  /** ClientRequestToken of the execution; set before it is asked for. */
  token?: string;
  /** Whether CloudFormation has agreed to take the operation back. */
  isWithdrawn?: boolean;
}

/** The deletion of a stack that cannot be updated; it cannot be taken back, only waited for. */
export interface OpenDeletion {
  kind: 'deletion';
  stackName: string;
  stackId: string;
}

/** The tasks and task definitions of one verification. */
export interface OpenRun {
  kind: 'run';
  cluster: string;
  runId: string;
  /** By this its tasks can be listed, those too whose start was never answered. */
  startedBy: string;
  /** ARNs of its task definitions that are still registered. */
  definitions: readonly string[];
  /** Families of those whose registration was asked for and not answered yet. */
  registering: readonly string[];
  /** How many tasks were asked for without an answer yet. */
  starting: number;
}

export type OpenThing = OpenChange | OpenDeletion | OpenRun;

/** What came of the attempt to stop or remove an open thing. */
export interface Closing {
  /**
   * `doubt`: nothing can be seen, but a request was never answered and may still be carried out.
   * `refused`: AWS does not let us, and asking again is of no use.
   */
  left: 'nothing' | 'something' | 'doubt' | 'refused';
  /** What a reader has to know: "stack otel: the update is being rolled back (UPDATE_ROLLBACK_IN_PROGRESS)". */
  state: string;
}

/** One open thing; it stays open until somebody has seen that it is over. */
export interface Entry<T extends OpenThing> {
  readonly thing: T;
  /** Adds what has become known. */
  note(more: Partial<T>): void;
  close(): void;
}

/** What is handed from a step to its `post`, as text. */
interface Saved {
  region: string;
  things: OpenThing[];
}

/**
 * What the cloud side is doing for us right now. It is saved before each thing is made and after each is over,
 * so that even after a SIGKILL somebody knows what to stop and to remove.
 */
export class Ledger {
  readonly region: string;
  readonly #save: (text: string) => void;
  readonly #things: OpenThing[] = [];

  /** @param save keeps the text where the next stage finds it; called with every change */
  constructor(region: string, save: (text: string) => void) {
    this.region = region;
    this.#save = save;
  }

  /** The ledger that `text` was saved from; undefined when it is none. */
  static parse(text: string, save: (text: string) => void): Ledger | undefined {
    try {
      const saved = JSON.parse(text) as Saved;
      const ledger = new Ledger(saved.region, save);
      ledger.#things.push(...saved.things);
      return ledger;
    } catch {
      return undefined;
    }
  }

  open<T extends OpenThing>(thing: T): Entry<T> {
    const own = { ...thing };
    this.#things.push(own);
    this.#changed();
    return this.#entry(own);
  }

  /** All that is open, oldest first. */
  entries(): Entry<OpenThing>[] {
    return this.#things.map((thing) => this.#entry(thing));
  }

  #entry<T extends OpenThing>(thing: T): Entry<T> {
    return {
      thing,
      note: (more) => {
        Object.assign(thing, more);
        this.#changed();
      },
      close: () => {
        const index = this.#things.indexOf(thing);
        if (index < 0) return;
        this.#things.splice(index, 1);
        this.#changed();
      },
    };
  }

  #changed(): void {
    this.#save(JSON.stringify({ region: this.region, things: this.#things } satisfies Saved));
  }
}
