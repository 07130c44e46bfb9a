import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Automation, type AutomationChange, onlyIf, type Tagged, unwrapTagged } from "../../../api/client";

export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const MAX_VIDEOS_PER_DAY = 10;
export const MAX_SLOTS_PER_DAY = 10;

export type Slot = Automation["slots"][number];

/** What somebody types. `agreed`: to the present text, just now. */
export interface Plan {
  videos_per_day: number;
  auto_publish: boolean;
  slots: Slot[];
  agreed: boolean;
}
export const FIELD_LABELS: Record<keyof Plan, string> = {
  videos_per_day: "videos per day",
  auto_publish: "auto-publish",
  slots: "publishing slots",
  agreed: "consent",
};

const of = (id: string) => ({ path: { channel_id: id } });

export const automationQuery = (id: string) =>
  queryOptions({
    queryKey: ["channels", id, "automation"],
    queryFn: () => unwrapTagged(api.GET("/api/v1/channels/{channel_id}/automation", { params: of(id) })),
  });

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
const inOrder = (slots: Slot[]) =>
  slots
    .map((one) => ({ weekday: one.weekday, local_time: clockOf(one) }))
    .sort((one, other) => one.weekday - other.weekday || one.local_time.localeCompare(other.local_time));

export const planOf = (now: Automation): Plan => ({
  videos_per_day: now.videos_per_day,
  auto_publish: now.auto_publish,
  slots: inOrder(now.slots),
  agreed: false,
});

/** All of it is replaced: what was typed, over what is there now. */
export function changeOf(now: Automation, mine: Partial<Plan>): AutomationChange {
  const { agreed, ...plan } = { ...planOf(now), ...mine };
  return { ...plan, accepted_consent_version: agreed && plan.auto_publish ? now.current_consent_version : null };
}

export const withSlot = (slots: Slot[], slot: Slot) => inOrder([...slots, slot]);
export const withoutSlot = (slots: Slot[], slot: Slot) =>
  slots.filter((one) => one.weekday !== slot.weekday || clockOf(one) !== clockOf(slot));

/** Why this time cannot be added; null: it can. */
export function slotBlockedReason(slots: Slot[], slot: Slot): string | null {
  const same = slots.filter((one) => one.weekday === slot.weekday);
  if (!slot.local_time) return "Choose a time.";
  if (same.some((one) => clockOf(one) === clockOf(slot))) return `${DAYS[slot.weekday]} already has ${clockOf(slot)}.`;
  return same.length >= MAX_SLOTS_PER_DAY ? `${DAYS[slot.weekday]} already has ${MAX_SLOTS_PER_DAY} slots, the maximum.` : null;
}

/** Whether the text has to be agreed to before this can be saved: to begin with, and again where the text is another now. */
export const needsConsent = (now: Automation, plan: Plan) => plan.auto_publish && !now.can_publish;

/** Why it cannot be saved as it is; null: it can. */
export function saveBlockedReason(now: Automation, plan: Plan): string | null {
  if (!Number.isInteger(plan.videos_per_day) || plan.videos_per_day < 0 || plan.videos_per_day > MAX_VIDEOS_PER_DAY)
    return `Videos per day must be a whole number from 0 to ${MAX_VIDEOS_PER_DAY}.`;
  return needsConsent(now, plan) && !plan.agreed ? "Auto-publish needs your consent." : null;
}

/** What comes of the plan, in a sentence. */
export function meaning(now: Automation, plan: Plan): string {
  const count = plan.slots.length;
  if (!count) return plan.auto_publish ? "No publishing slots yet, so nothing is published automatically." : "No publishing slots yet.";
  if (needsConsent(now, plan) && !plan.agreed) return "Nothing is published automatically until the text is accepted.";
  if (!plan.auto_publish) return `${count === 1 ? "1 slot" : `${count} slots`} per week. Each video waits until a user publishes it.`;
  return count === 1
    ? "One finished video is published per week, in this slot."
    : `Finished videos are published in these ${count} slots per week, one in each.`;
}
