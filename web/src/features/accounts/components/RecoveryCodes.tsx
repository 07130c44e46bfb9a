import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useState } from "react";
import { CopyButton } from "../../../ui/CopyButton";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { Monospace } from "../../../ui/Monospace";
import { ResultMessage } from "./ResultMessage";

/** Shown only once. It closes after the user confirms that the codes are saved. */
export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const [kept, setKept] = useState(false);
  const text = codes.join("\n");
  const file = `YTEMPIRE recovery codes for ${location.host}\nEach code signs you in once without the authenticator app.\n\n${text}\n`;
  return (
    <ResultMessage>
      <Alert severity="success" variant="outlined" role="presentation">
        The second factor is on. Save these recovery codes: each one signs you in once without your phone. They are not shown again.
      </Alert>
      <Box
        component="ul"
        aria-label="Recovery codes"
        sx={{
          listStyle: "none",
          m: 0,
          px: 2.5,
          py: 2,
          bgcolor: "sunken",
          border: 1,
          borderColor: "line",
          borderRadius: 1,
          display: "grid",
          gridTemplateColumns: "max-content max-content",
          columnGap: 5,
          rowGap: 0.75,
        }}>
        {codes.map((code) => (
          <li key={code}>
            <Monospace sx={{ fontSize: 14 }}>{code}</Monospace>
          </li>
        ))}
      </Box>
      <Box sx={{ display: "flex", gap: 1 }}>
        <CopyButton text={text} />
        <Button
          size="small"
          variant="outlined"
          component="a"
          download="ytempire-recovery-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(file)}`}>
          Download
        </Button>
      </Box>
      <FormControlLabel
        control={<Checkbox checked={kept} onChange={(event) => setKept(event.target.checked)} />}
        label="I have saved these codes"
      />
      <ExplainedButton variant="contained" why={kept ? null : "Confirm first that you have saved the codes."} onClick={onKept}>
        Done
      </ExplainedButton>
    </ResultMessage>
  );
}
