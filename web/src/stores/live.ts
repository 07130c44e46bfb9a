import { create } from "zustand";

const AWAY_MS = 5_000;

interface LiveState {
  connected: boolean;
  /** Fraction done by `run/step`; only what is fresher than the API's own answer. */
  progress: Record<string, number>;
  setConnected: (connected: boolean) => void;
  setProgress: (run: string, step: string, fraction: number) => void;
}

export const useLive = create<LiveState>((set) => ({
  connected: false,
  progress: {},
  setConnected: (connected) => set({ connected }),
  setProgress: (run, step, fraction) => set((state) => ({ progress: { ...state.progress, [`${run}/${step}`]: fraction } })),
}));

/** How often what the connection tells of is asked for: rarely while it is there, every few seconds while it is not. */
export const slowWhileConnected = (quietMs: number) => () => (useLive.getState().connected ? quietMs : AWAY_MS);
