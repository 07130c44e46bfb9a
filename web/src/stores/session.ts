import { create } from "zustand";
import type { Ending } from "../api/session";

interface SessionState {
  /** Set while nobody is signed in: the API's words, or null where the person signed out. */
  ended: { why: Ending | null } | undefined;
  end: (why: Ending | null) => void;
  begin: () => void;
}

/** Whether somebody is signed in, as far as the page knows: it believes so until the API says no. */
export const useSession = create<SessionState>((set) => ({
  ended: undefined,
  end: (why) => set({ ended: { why } }),
  begin: () => set({ ended: undefined }),
}));
