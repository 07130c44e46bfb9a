import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { ApiError } from "../api/client";
import { ErrorAlert } from "./ErrorAlert";

interface Props {
  error: Error;
  /** What somebody else changed, in words; empty where it is nothing of this form. */
  theirs: string[];
  onMine: () => void;
  onTheirs: () => void;
}

export const isStale = (error: Error | null) => error instanceof ApiError && error.status === 412;

/** A change was refused. Where somebody else was first, what was typed stays, and one chooses. */
export function SaveConflict({ error, theirs, onMine, onTheirs }: Props) {
  if (!isStale(error)) return <ErrorAlert error={error} />;
  return (
    <Alert severity="warning" variant="outlined">
      Someone else changed {theirs.length ? listed(theirs) : "this"} since you opened it. Your changes are kept here and not saved yet.
      <Box sx={{ display: "flex", gap: 1, mt: 1 }}>
        <Button size="small" variant="outlined" onClick={onMine}>
          Overwrite
        </Button>
        <Button size="small" color="inherit" onClick={onTheirs}>
          Discard my changes
        </Button>
      </Box>
    </Alert>
  );
}

const listed = (fields: string[]) => `the ${fields.join(", ").replace(/, ([^,]*)$/, " and $1")}`;
