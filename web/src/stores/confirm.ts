import { create } from "zustand";

export interface Question {
  title: string;
  body: string;
  action: string;
  /** The other button, where “Cancel” would be taken for the action. */
  dismiss?: string;
  /** What is changed can be changed back as easily. */
  harmless?: boolean;
  onConfirm: () => void;
}

interface ConfirmState {
  question: Question | null;
  open: boolean;
  ask: (question: Question) => void;
  close: () => void;
}

/** The one place where a step that cannot be undone is confirmed. */
export const useConfirm = create<ConfirmState>((set) => ({
  question: null,
  open: false,
  ask: (question) => set({ question, open: true }),
  // the question stays to be read while the dialog fades
  close: () => set({ open: false }),
}));
