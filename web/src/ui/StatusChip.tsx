import { styled } from "@mui/material/styles";
import type { StatusLabel, Tone } from "./statuses";

const Label = styled("span", { shouldForwardProp: (name) => name !== "tone" && name !== "wrap" })<{ tone: Tone; wrap?: boolean }>(
  ({ theme, tone, wrap }) => ({
    display: "inline-flex",
    alignItems: "baseline",
    gap: 6,
    whiteSpace: wrap ? "normal" : "nowrap",
    fontWeight: 500,
    fontSize: 13,
    color: tone === "muted" ? theme.palette.text.secondary : theme.palette[tone].main,
  }),
);

interface Props {
  status: StatusLabel;
  /** A whole sentence: it may break into lines. */
  wrap?: boolean;
}

/** A status in words with a mark before it: colour is never the only sign. */
export function StatusChip({ status: { tone, mark, text }, wrap }: Props) {
  return (
    <Label tone={tone} wrap={wrap}>
      {mark && <span aria-hidden>{mark}</span>}
      <span>{text}</span>
    </Label>
  );
}

/** The mark alone, where there is no room for the words. */
export function StatusMark({ status: { tone, mark, text } }: { status: StatusLabel }) {
  return (
    <Label tone={tone} role="img" aria-label={text} sx={{ width: 16, justifyContent: "center" }}>
      {mark}
    </Label>
  );
}
