/** What somebody types over something that others may change meanwhile. `mine` has only what differs. */
export interface Draft<T> {
  base: T;
  tag: string;
  mine: Partial<T>;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

export const begin = <T>(base: T, tag: string): Draft<T> => ({ base, tag, mine: {} });

export const valuesOf = <T>(draft: Draft<T>): T => ({ ...draft.base, ...draft.mine });

export const isChanged = <T>(draft: Draft<T>) => Object.keys(draft.mine).length > 0;

/** What is typed back to how it was is no change. */
export function typed<T extends object>(draft: Draft<T>, part: Partial<T>): Draft<T> {
  const mine = Object.entries({ ...draft.mine, ...part }).filter(([name, value]) => !same(value, draft.base[name as keyof T]));
  return { ...draft, mine: Object.fromEntries(mine) as Partial<T> };
}

/**
 * A newer version is here: taken as it is while nothing was typed, and where it says the same in this form (something else
 * of the row changed). Otherwise what was typed stays on what it was typed over.
 */
export function follow<T>(draft: Draft<T>, present: T, tag: string): Draft<T> {
  if (tag === draft.tag) return draft;
  if (isChanged(draft)) return same(draft.base, present) ? { ...draft, tag } : draft;
  return begin(present, tag);
}

/** What somebody else changed since this draft began. */
export const theirs = <T extends object>(draft: Draft<T>, present: T) =>
  (Object.keys(draft.base) as (keyof T)[]).filter((name) => !same(draft.base[name], present[name]));

/** What was typed, over the present version. */
export const over = <T extends object>(draft: Draft<T>, present: T, tag: string): Draft<T> => typed(begin(present, tag), draft.mine);
