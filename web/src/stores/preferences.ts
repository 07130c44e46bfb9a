import { create } from "zustand";
import { persist } from "zustand/middleware";
import { browser } from "../lib/browser";

export type Mode = "dark" | "light";

interface Preferences {
  mode: Mode;
  toggleMode: () => void;
  /** The notice about setting up a sign-in was put away. */
  setUpLater: boolean;
  putSetUpAway: () => void;
}

const preferred: Mode = browser.matchMedia?.("(prefers-color-scheme: light)").matches ? "light" : "dark";

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      mode: preferred,
      toggleMode: () => set((state) => ({ mode: state.mode === "dark" ? "light" : "dark" })),
      setUpLater: false,
      putSetUpAway: () => set({ setUpLater: true }),
    }),
    { name: "ytempire-preferences" },
  ),
);
