import Button, { type ButtonProps } from "@mui/material/Button";
import Tooltip from "@mui/material/Tooltip";
import type { MouseEvent } from "react";

type Props = Omit<ButtonProps, "disabled"> & {
  /** Why it cannot be used now; null where it can. */
  why: string | null;
  /** For a moment that needs no words: something is on its way. */
  isBusy?: boolean;
  /** The element that says it already, where one does; without it, a tooltip says it. */
  saidBy?: string;
};

/** A button that, where it cannot be used, says why: it can still be reached, by mouse, finger and keyboard. */
export function ExplainedButton({ why, isBusy = false, saidBy, onClick, sx = [], ...rest }: Props) {
  if (why === null) return <Button {...rest} sx={sx} disabled={isBusy} onClick={onClick} />;
  const button = (
    <Button
      {...rest}
      aria-disabled
      {...(saidBy && { "aria-describedby": saidBy })}
      className="Mui-disabled"
      disableRipple
      onClick={(event: MouseEvent) => event.preventDefault()}
      sx={[{ "&.Mui-disabled": { pointerEvents: "auto", cursor: "not-allowed" } }, ...(Array.isArray(sx) ? sx : [sx])]}
    />
  );
  if (saidBy) return button;
  return (
    <Tooltip title={why} describeChild enterTouchDelay={0}>
      {button}
    </Tooltip>
  );
}
