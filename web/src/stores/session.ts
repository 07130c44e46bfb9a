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
  end: (why) => {
    set({ ended: { why } });
    if (why === null) tellOtherTabs();
  },
  begin: () => {
    set({ ended: undefined });
    tellOtherTabs();
  },
}));

// one object for both directions: a channel does not hear itself
let channel: BroadcastChannel | undefined;
const otherTabs = () => (channel ??= new BroadcastChannel("ytempire-session"));
const tellOtherTabs = () => otherTabs().postMessage("changed");

/** All tabs share one session: calls `react` when somebody signs in or out in another. Returns a stop function. */
export function followOtherTabs(react: () => void): () => void {
  otherTabs().addEventListener("message", react);
  return () => otherTabs().removeEventListener("message", react);
}
