import type { Strategy } from "../../../api/client";
import { characters } from "../../../lib/characters";

export const LIMITS = { audience: 300, topics: 20, avoid: 50, phrase: 100 };

const lengthOf = (text: string) => characters(text).length;

/** What is too much of it, by field. */
export function faults({ audience, topics, avoid }: Strategy): Partial<Record<keyof Strategy, string>> {
  const long = (phrases: string[], most: number) => {
    if (phrases.length > most) return `${phrases.length - most} too many`;
    const one = phrases.find((phrase) => lengthOf(phrase) > LIMITS.phrase);
    return one && `“${one.slice(0, 20)}…” has more than ${LIMITS.phrase} characters`;
  };
  const found = {
    audience: lengthOf(audience) > LIMITS.audience ? `${lengthOf(audience) - LIMITS.audience} characters too many` : undefined,
    topics: long(topics, LIMITS.topics),
    avoid: long(avoid, LIMITS.avoid),
  };
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault));
}

export const fits = (strategy: Strategy) => Object.keys(faults(strategy)).length === 0;
