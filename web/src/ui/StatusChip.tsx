import { styled } from "@mui/material/styles";
import type { Run } from "../api/client";

type Status = Run["status"];

// A mark beside the word: colour is never the only sign.
const MARK: Record<Status, string> = {
  pending: "○",
  running: "▸",
  completed: "✓",
  failed: "✕",
  refused: "!",
  cancelled: "–",
};
const TONE: Record<Status, "muted" | "primary" | "success" | "error" | "warning"> = {
  pending: "muted",
  running: "primary",
  completed: "success",
  failed: "error",
  refused: "warning",
  cancelled: "muted",
};

const Chip = styled("span")<{ status: Status }>(({ theme, status }) => {
  const tone = TONE[status];
  return {
    display: "inline-flex",
    alignItems: "center",
    gap: 6,
    whiteSpace: "nowrap",
    fontWeight: 500,
    fontSize: 13,
    color: tone === "muted" ? theme.palette.text.secondary : theme.palette[tone].main,
  };
});

export function StatusMark({ status }: { status: Status }) {
  return (
    <Chip status={status} role="img" aria-label={status} sx={{ width: 16, justifyContent: "center" }}>
      {MARK[status]}
    </Chip>
  );
}

export function StatusChip({ status }: { status: Status }) {
  return (
    <Chip status={status}>
      <span aria-hidden>{MARK[status]}</span>
      <span>{status}</span>
    </Chip>
  );
}
