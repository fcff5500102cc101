/**
 * Whether two patterns have a text in common, where `*` is any text: `task-definition/telemetrygen-task:*` and
 * `task-definition/*:*` have.
 */
export function overlap(one: string, other: string): boolean {
  // fits[j]: whether what is left of `one` and what is left of `other` after j characters have a text in common.
  let fits = [...other, ''].map((_, j) => /^\**$/.test(other.slice(j)));
  for (const character of [...one].toReversed()) {
    const shorter = fits;
    fits = [];
    for (let j = other.length; j >= 0; j--) {
      const star = character === '*' && (shorter[j] || (j < other.length && fits[j + 1]));
      const otherStar = other[j] === '*' && (fits[j + 1] || shorter[j]);
      fits[j] = Boolean(star || otherStar || (character === other[j] && shorter[j + 1]));
    }
  }
  return fits[0] ?? false;
}

/** An ARN of the Service Authorization Reference, or one of ours with capital words, as a pattern. */
export const pattern = (arn: string): string =>
  arn.replace(/\$\{[^}]*\}|[A-Z]{5,}/g, '*').replace(/\*+/g, '*');

/** Whether two ARNs, as patterns, can be of the same resource. Partition, service, region and account hold no colon. */
export function sameArn(one: string, other: string): boolean {
  if (one === '*' || other === '*') return true;
  const [ours, theirs] = [fields(one), fields(other)];
  return ours.every((field, index) => overlap(field, theirs[index] ?? ''));
}

function fields(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
