/** What YouTube takes, counted as the server counts it. */
export const MOST = { title: 100, description: 5000, tags: 500 } as const;
export type Part = keyof typeof MOST;

const utf8 = new TextEncoder();

/** Of a title, characters; of a description, bytes; of tags, characters together, where one with a space costs two more. */
export const sizeOf = {
  title: (title: string) => [...title.trim()].length,
  description: (description: string) => utf8.encode(description).length,
  tags: (tags: string[]) => tags.reduce((sum, tag) => sum + [...tag].length + (tag.includes(" ") ? 2 : 0), Math.max(0, tags.length - 1)),
};

export interface Words {
  title: string;
  description: string;
  tags: string[];
}

/** What is wrong with each part, in words; undefined where it may be saved. */
export function faults({ title, description, tags }: Words): Record<Part, string | undefined> {
  return {
    title: title.trim() === "" ? "A video needs a title." : bracketed(title),
    description: bracketed(description),
    tags: tags.some((tag) => [...tag].length > 100) ? "A tag has at most 100 characters." : undefined,
  };
}

const bracketed = (text: string) => (/[<>]/.test(text) ? "YouTube refuses angle brackets: write it in words." : undefined);

export function fits(words: Words): boolean {
  const found = faults(words);
  return !found.title && !found.description && !found.tags
    && sizeOf.title(words.title) <= MOST.title && sizeOf.description(words.description) <= MOST.description && sizeOf.tags(words.tags) <= MOST.tags;
}
