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

/**
 * A button that, where it cannot be used, says why: it can still be reached, by mouse, finger and keyboard. It stays the same
 * element, so that it keeps the focus when that changes.
 */
export function ExplainedButton({ why, isBusy = false, saidBy, onClick, sx = [], ...rest }: Props) {
  const blocked = {
    "aria-disabled": true,
    ...(saidBy && { "aria-describedby": saidBy }),
    className: "Mui-disabled",
    disableRipple: true,
    onClick: (event: MouseEvent) => event.preventDefault(),
  };
  return (
    <Tooltip title={saidBy ? "" : (why ?? "")} describeChild enterTouchDelay={0}>
      <Button
        {...rest}
        disabled={isBusy && why === null}
        onClick={onClick}
        {...(why !== null && blocked)}
        sx={[{ "&.Mui-disabled[aria-disabled]": { pointerEvents: "auto", cursor: "not-allowed" } }, ...(Array.isArray(sx) ? sx : [sx])]}
      />
    </Tooltip>
  );
}
