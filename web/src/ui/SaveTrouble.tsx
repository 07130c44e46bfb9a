import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { ApiError } from "../api/client";
import { ErrorNote } from "./ErrorNote";

interface Props {
  error: Error;
  /** What somebody else changed, in words; empty where it is nothing of this form. */
  theirs: string[];
  onMine: () => void;
  onTheirs: () => void;
}

export const isStale = (error: Error | null) => error instanceof ApiError && error.status === 412;

/** A change was refused. Where somebody else was first, what was typed stays, and one chooses. */
export function SaveTrouble({ error, theirs, onMine, onTheirs }: Props) {
  if (!isStale(error)) return <ErrorNote error={error} />;
  return (
    <Alert severity="warning" variant="outlined">
      Somebody changed {theirs.length ? listed(theirs) : "this"} since you opened it. What you typed is kept here and not saved yet.
      <Box sx={{ display: "flex", gap: 1, mt: 1 }}>
        <Button size="small" variant="outlined" onClick={onMine}>Save mine over it</Button>
        <Button size="small" color="inherit" onClick={onTheirs}>Take theirs</Button>
      </Box>
    </Alert>
  );
}

const listed = (words: string[]) => `the ${words.join(", ").replace(/, ([^,]*)$/, " and $1")}`;
