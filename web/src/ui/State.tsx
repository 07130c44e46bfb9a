import { styled } from "@mui/material/styles";

export type Tone = "muted" | "primary" | "success" | "error" | "warning";

const Words = styled("span")<{ tone: Tone }>(({ theme, tone }) => ({
  display: "inline-flex",
  alignItems: "baseline",
  gap: 6,
  whiteSpace: "nowrap",
  fontWeight: 500,
  fontSize: 13,
  color: tone === "muted" ? theme.palette.text.secondary : theme.palette[tone].main,
}));

/** A state in one word with a mark before it: colour is never the only sign. */
export function State({ tone, mark, children }: { tone: Tone; mark: string; children: string }) {
  return (
    <Words tone={tone}>
      <span aria-hidden>{mark}</span>
      <span>{children}</span>
    </Words>
  );
}
