import { count } from "../../lib/format";

/** What holds of a field, with what is said where it does not. */

const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** Something besides spaces. */
export const required = (message: string) => ({
  validate: (text: string | null) => (text !== null && text.trim() !== "") || message,
});

export const emailAddress = (message = "Enter an email address, such as ada@example.org.") => ({
  validate: (text: string) => ADDRESS.test(text.trim()) || message,
});

/** A whole number, both ends included. */
export const wholeNumber = (least: number, most: number) => ({
  validate: (value: number | null) =>
    (value !== null && Number.isInteger(value) && value >= least && value <= most) ||
    `Enter a whole number from ${count(least)} to ${count(most)}.`,
});
