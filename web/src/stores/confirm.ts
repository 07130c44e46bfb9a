import { create } from "zustand";

export interface Question {
  title: string;
  body: string;
  action: string;
  onConfirm: () => void;
}

interface ConfirmState {
  question: Question | null;
  ask: (question: Question) => void;
  close: () => void;
}

/** The one place where a step that cannot be taken back is confirmed. */
export const useConfirm = create<ConfirmState>((set) => ({
  question: null,
  ask: (question) => set({ question }),
  close: () => set({ question: null }),
}));
