import type { Account } from './account.ts';
import { leftovers } from './leftovers.ts';
import type { Record } from './record.ts';
import type { Question, Seen, Stage, StageWork } from './stage.ts';

type Shared = Omit<StageWork, 'check' | 'keep' | 'say' | 'signal'>;

interface RunOptions {
  shared: Shared;
  record: Record;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Runs one stage; one that was done before is left as it was. */
export async function runStage(stage: Stage, { shared, record, say, signal }: RunOptions): Promise<void> {
  const { number, title } = stage;
  if (record.isDone(number, shared.short)) return say(`stage ${number} (${title}): done before`);
  say(`\n● stage ${number}: ${title}`);
  record.begin(number, shared.short);
  const started = Date.now();
  const keep: StageWork['keep'] = (kind, name) => record.keep(kind, name);
  const check = async (question: Question, look: () => Promise<Seen>) => {
    signal.throwIfAborted();
    const asked = Date.now();
    const { settled, ...seen } = await looked(look);
    signal.throwIfAborted();
    const seconds = Math.round((Date.now() - asked) / 100) / 10;
    const at = new Date().toISOString();
    record.check({ stage: number, ...question, ...seen, settled, at, seconds });
    say(`  ${settled ? (seen.holds ? '✓' : '✗') : '?'} ${question.id}: ${question.what}: ${seen.seen}`);
    return settled && seen.holds;
  };
  if (stage.needsInstances) await shared.ground.instances();
  await stage.run({ ...shared, check, keep, say: (line) => say(`  │ ${line}`), signal });
  record.end(number, Math.round((Date.now() - started) / 1000));
}

async function looked(look: () => Promise<Seen>): Promise<Seen & { settled: boolean }> {
  try {
    return { ...(await look()), settled: true };
  } catch (error) {
    return {
      holds: false,
      settled: false,
      seen: `could not be asked: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/**
 * Removes what was made, the newest first, also after an interruption; what cannot be removed stays in the record.
 * @param stays whether something is to be kept for the next run
 */
export async function removeAll(
  account: Account,
  record: Record,
  { say, stays }: { say: (line: string) => void; stays: (name: string) => boolean },
): Promise<void> {
  for (const made of record.content.made.toReversed()) {
    if (stays(made.name)) continue;
    try {
      await account.remove(made);
      record.gone(made);
      say(`removed ${made.kind} ${made.name}`);
    } catch (error) {
      say(`left: ${made.kind} ${made.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const prefix = account.tag.Value;
  const left = (await leftovers(account, prefix)).filter((line) => !line.split(' ').some(stays));
  record.left(left);
  say(left.length === 0 ? 'nothing is left' : `left over:\n  ${left.join('\n  ')}`);
}
