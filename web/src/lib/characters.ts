/** Characters as the server and YouTube count them: by code point, so that an emoji of one is one. */
export const characters = (text: string): string[] => Array.from(text);
