import { styled } from "@mui/material/styles";

const Badge = styled("span")(({ theme }) => ({
  display: "inline-flex",
  alignItems: "baseline",
  gap: 4,
  whiteSpace: "nowrap",
  padding: "0 7px",
  borderRadius: 4,
  border: `1px solid ${theme.palette.warning.main}`,
  color: theme.palette.warning.main,
  fontSize: 12,
  fontWeight: 650,
  lineHeight: "18px",
}));

/** Beside whatever comes from the local YouTube: nothing of it is real. */
export function SandboxBadge() {
  return (
    <Badge title="From the sandbox on this machine. Nothing of it is real.">
      <span aria-hidden>◇</span>
      <span>sandbox</span>
    </Badge>
  );
}
