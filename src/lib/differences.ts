const isBranch = (tree: unknown): tree is Record<string, unknown> =>
  typeof tree === 'object' && tree !== null;

/** Where two values of JSON differ, a path each; empty where they are the same. Lists count as objects. */
export function differences(one: unknown, other: unknown, path = ''): string[] {
  if (!isBranch(one) || !isBranch(other)) return Object.is(one, other) ? [] : [path];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differences(one[name], other[name], path === '' ? name : `${path}.${name}`));
}
