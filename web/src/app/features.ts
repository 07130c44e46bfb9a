import type { Feature, NavigationEntry } from "../lib/feature";

/** Every folder of src/features with a `feature.ts`. */
export const features: Feature[] = Object.values(import.meta.glob<{ feature: Feature }>("../features/*/feature.ts", { eager: true })).map(
  (module) => module.feature,
);

/** The entries of all features in their order. */
export function navigation(from: Feature[], kind: "menu" | "administrationTabs"): NavigationEntry[] {
  return from.flatMap((feature) => feature[kind] ?? []).sort((first, second) => first.position - second.position);
}
