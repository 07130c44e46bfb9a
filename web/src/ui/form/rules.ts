import { count } from "../../lib/format";
import { momentIn } from "../../lib/zoned";

/** What holds of a field, with what is said where it does not. */

const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** Something besides spaces. */
export const required = (message: string) => ({
  validate: (text: string | null) => (text !== null && text.trim() !== "") || message,
});

export const emailAddress = (message = "Enter an email address, such as ada@example.org.") => ({
  validate: (text: string) => ADDRESS.test(text.trim()) || message,
});

/** What everybody may choose; whether it is good enough is for the API to say. */
export const newPassword = {
  validate: (text: string) => text.length >= 12 || "Enter at least 12 characters.",
};

/** Why what clocks of this zone show is no time to come; null where it is one. */
export function futureTimeFault(shown: string, zone: string, now: number): string | null {
  if (!shown) return "Enter a time.";
  return momentIn(shown, zone) <= now ? "This time is in the past." : null;
}

export const futureTime = (zone: string) => ({
  validate: (shown: string) => futureTimeFault(shown, zone, Date.now()) ?? true,
});

/** A whole number, both ends included. */
export const wholeNumber = (least: number, most: number) => ({
  validate: (value: number | null) =>
    (value !== null && Number.isInteger(value) && value >= least && value <= most) ||
    `Enter a whole number from ${count(least)} to ${count(most)}.`,
});

/** A part of one, or nothing. */
export const fraction = {
  validate: (value: number | null | undefined) => value == null || (value >= 0 && value <= 1) || "Enter a number from 0 to 1.",
};
