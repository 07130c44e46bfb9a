import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Automation, type AutomationChange, onlyIf, type Tagged, unwrapTagged } from "../../../api/client";

export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const VIDEOS_MOST = 10;
export const SLOTS_MOST = 10;

export type Slot = Automation["slots"][number];

/** What somebody types. `agreed`: to the present text, just now. */
export interface Plan {
  videos_per_day: number;
  publish_by_itself: boolean;
  slots: Slot[];
  agreed: boolean;
}
export const WORDS: Record<keyof Plan, string> = { videos_per_day: "videos a day", publish_by_itself: "publishing by itself", slots: "times", agreed: "consent" };

const of = (id: string) => ({ path: { channel_id: id } });

export const automationQuery = (id: string) =>
  queryOptions({ queryKey: ["channels", id, "automation"], queryFn: () => unwrapTagged(api.GET("/api/v1/channels/{channel_id}/automation", { params: of(id) })) });

/** Of the version that was `seen`. */
export function useSaveAutomation(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ change, seen }: { change: AutomationChange; seen: string }): Promise<Tagged<Automation>> =>
      unwrapTagged(api.PUT("/api/v1/channels/{channel_id}/automation", { params: of(id), headers: onlyIf(seen), body: change })),
    onSuccess: (saved) => queries.setQueryData(automationQuery(id).queryKey, saved),
    onSettled: () => queries.invalidateQueries({ queryKey: automationQuery(id).queryKey }),
  });
}

/** "18:30:00" → "18:30". */
export const clockOf = (slot: Slot) => slot.local_time.slice(0, 5);
const inOrder = (slots: Slot[]) => slots.map((one) => ({ weekday: one.weekday, local_time: clockOf(one) })).sort((one, other) => one.weekday - other.weekday || one.local_time.localeCompare(other.local_time));

export const planOf = (now: Automation): Plan => ({ videos_per_day: now.videos_per_day, publish_by_itself: now.publish_by_itself, slots: inOrder(now.slots), agreed: false });

/** All of it is replaced: what was typed, over what is there now. */
export function changeOf(now: Automation, mine: Partial<Plan>): AutomationChange {
  const { agreed, ...plan } = { ...planOf(now), ...mine };
  return { ...plan, agreed_to: agreed && plan.publish_by_itself ? now.present_version : null };
}

export const withSlot = (slots: Slot[], slot: Slot) => inOrder([...slots, slot]);
export const withoutSlot = (slots: Slot[], slot: Slot) => slots.filter((one) => one.weekday !== slot.weekday || clockOf(one) !== clockOf(slot));

/** Why this time cannot be added; null: it can. */
export function whyNoSlot(slots: Slot[], slot: Slot): string | null {
  const same = slots.filter((one) => one.weekday === slot.weekday);
  if (!slot.local_time) return "Choose a time.";
  if (same.some((one) => clockOf(one) === clockOf(slot))) return `${DAYS[slot.weekday]} has ${clockOf(slot)} already.`;
  return same.length >= SLOTS_MOST ? `${DAYS[slot.weekday]} has ${SLOTS_MOST} times, and more are not possible.` : null;
}

/** Whether the text has to be agreed to before this can be saved: to begin with, and again where the text is another now. */
export const needsConsent = (now: Automation, plan: Plan) => plan.publish_by_itself && !now.may_publish;

/** Why it cannot be saved as it is; null: it can. */
export function whyNotSave(now: Automation, plan: Plan): string | null {
  if (!Number.isInteger(plan.videos_per_day) || plan.videos_per_day < 0 || plan.videos_per_day > VIDEOS_MOST) return `Videos a day are a whole number from 0 to ${VIDEOS_MOST}.`;
  return needsConsent(now, plan) && !plan.agreed ? "To publish by itself it needs your consent." : null;
}

/** What comes of the plan, in a sentence. */
export function meaning(now: Automation, plan: Plan): string {
  const count = plan.slots.length;
  if (!count) return plan.publish_by_itself ? "There is no time yet, so nothing is published by itself." : "There is no time yet.";
  if (needsConsent(now, plan) && !plan.agreed) return "Nothing is published by itself before somebody has agreed to the text.";
  if (!plan.publish_by_itself) return `${count === 1 ? "1 time" : `${count} times`} a week; each video waits until somebody publishes it.`;
  return count === 1 ? "One finished video is published each week, at this time." : `Finished videos are published at these ${count} times a week, one at each.`;
}
