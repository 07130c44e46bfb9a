import { characters } from "../../../lib/characters";

/** What YouTube takes, counted as the server counts it. */
export const MAX_LENGTH = { title: 100, description: 5000, tags: 500 } as const;
export type MetadataField = keyof typeof MAX_LENGTH;

const utf8 = new TextEncoder();

/** Of a title, characters; of a description, bytes; of tags, characters together, where one with a space costs two more. */
export const sizeOf = {
  title: (title: string) => characters(title.trim()).length,
  description: (description: string) => utf8.encode(description).length,
  tags: (tags: string[]) =>
    tags.reduce((sum, tag) => sum + characters(tag).length + (tag.includes(" ") ? 2 : 0), Math.max(0, tags.length - 1)),
};

export interface Metadata {
  title: string;
  description: string;
  tags: string[];
}

/** What is wrong with each field; undefined where it can be saved. */
export function faults({ title, description, tags }: Metadata): Record<MetadataField, string | undefined> {
  return {
    title: title.trim() === "" ? "A title is required." : bracketed(title),
    description: bracketed(description),
    tags: tags.some((tag) => characters(tag).length > 100) ? "A tag has at most 100 characters." : undefined,
  };
}

const bracketed = (text: string) => (/[<>]/.test(text) ? "YouTube does not allow < and >." : undefined);

export function fits(metadata: Metadata): boolean {
  const found = faults(metadata);
  return (
    !found.title &&
    !found.description &&
    !found.tags &&
    sizeOf.title(metadata.title) <= MAX_LENGTH.title &&
    sizeOf.description(metadata.description) <= MAX_LENGTH.description &&
    sizeOf.tags(metadata.tags) <= MAX_LENGTH.tags
  );
}
