import type { Strategy } from "../../../api/client";

export const MOST = { audience: 300, topics: 20, avoid: 50, phrase: 100 };

const lengthOf = (text: string) => [...text].length;

/** What is too much of it, by field. */
export function faults({ audience, topics, avoid }: Strategy): Partial<Record<keyof Strategy, string>> {
  const long = (phrases: string[], most: number) => {
    if (phrases.length > most) return `${phrases.length - most} too many`;
    const one = phrases.find((phrase) => lengthOf(phrase) > MOST.phrase);
    return one && `“${one.slice(0, 20)}…” has more than ${MOST.phrase} characters`;
  };
  const found = {
    audience: lengthOf(audience) > MOST.audience ? `${lengthOf(audience) - MOST.audience} characters too many` : undefined,
    topics: long(topics, MOST.topics),
    avoid: long(avoid, MOST.avoid),
  };
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault));
}

export const fits = (strategy: Strategy) => Object.keys(faults(strategy)).length === 0;
