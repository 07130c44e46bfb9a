import type { ComponentType } from "react";

/** Loads a page when it is opened. */
export type LoadPage = () => Promise<ComponentType>;

/** A link of the main menu or a tab of Administration; the lowest position comes first. */
export interface NavigationEntry {
  to: string;
  name: string;
  position: number;
}

/** What a folder of src/features adds to the page: `feature.ts` in it exports one as `feature`, and it is found by its place. */
export interface Feature {
  /** Pages by address, for whoever is signed in. */
  pages?: Record<string, LoadPage>;
  /** Pages by address, for everybody. */
  publicPages?: Record<string, LoadPage>;
  /** Pages by the part of the address after `/administration/`. */
  administrationPages?: Record<string, LoadPage>;
  menu?: NavigationEntry[];
  administrationTabs?: NavigationEntry[];
}
