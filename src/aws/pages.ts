/** All items of a list that AWS gives in pages. */
export async function pages<T>(
  ask: (nextToken: { nextToken?: string }) => Promise<{ items: T[]; nextToken: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token === undefined ? {} : { nextToken: token });
    all.push(...page.items);
    token = page.nextToken;
  } while (token !== undefined && token !== '');
  return all;
}

/** ECS describes at most 100 things at once. */
const describeLimit = 100;

/** The items in groups of at most 100. */
export function inHundreds<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += describeLimit) {
    parts.push(items.slice(start, start + describeLimit));
  }
  return parts;
}
