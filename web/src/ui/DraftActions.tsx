import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { ExplainedButton } from "./ExplainedButton";

interface Props {
  /** Something was typed. */
  changed: boolean;
  /** What is wrong with what was typed; null: nothing. */
  fault: string | null;
  /** Somebody else changed it meanwhile, and it is not decided whose version counts. */
  isConflicting: boolean;
  isPending: boolean;
  onDiscard: () => void;
}

/** Save, with the reason why not, and Discard once there is something to discard. */
export function DraftActions({ changed, fault, isConflicting, isPending, onDiscard }: Props) {
  const why = !changed ? "Nothing has changed." : isConflicting ? "Decide first whose changes to keep." : fault;
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
      <ExplainedButton type="submit" variant="contained" why={why} loading={isPending}>
        Save
      </ExplainedButton>
      {changed && (
        <Button color="inherit" onClick={onDiscard}>
          Discard
        </Button>
      )}
      {changed && fault && <Box sx={{ color: "text.secondary", fontSize: 13 }}>{fault}</Box>}
    </Box>
  );
}
