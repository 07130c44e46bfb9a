import Box from "@mui/material/Box";
import Slider from "@mui/material/Slider";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useId } from "react";
import { meaning } from "../hooks/flags";

const MARKS = [0, 25, 50, 75, 100].map((value) => ({ value, label: `${value} %` }));

/** A share of all users, by slider or number, with what it means. */
export function RolloutField({ value, onChange }: { value: number; onChange: (share: number) => void }) {
  const id = useId();
  const typed = (text: string) => onChange(Math.min(100, Math.max(0, Math.round(Number(text)) || 0)));
  return (
    <Box role="group" aria-labelledby={id}>
      <Typography id={id} sx={{ fontSize: 13, color: "text.secondary" }}>
        Share of users
      </Typography>
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 88px", gap: 4, alignItems: "start", pl: 1.5 }}>
        <Slider
          size="small"
          value={value}
          onChange={(_, next) => onChange(next)}
          marks={MARKS}
          aria-label="Share of users"
          getAriaValueText={(share) => `${share} percent`}
        />
        <TextField
          size="small"
          type="number"
          value={value}
          onChange={(event) => typed(event.target.value)}
          slotProps={{
            htmlInput: {
              min: 0,
              max: 100,
              step: 1,
              "aria-label": "Share in percent",
              style: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
            },
            input: {
              endAdornment: (
                <Box component="span" sx={{ pl: 0.5, color: "text.secondary" }}>
                  %
                </Box>
              ),
            },
          }}
        />
      </Box>
      <Typography aria-live="polite" variant="body2" sx={{ color: "text.secondary", mt: 0.5 }}>
        {meaning(value)}
      </Typography>
    </Box>
  );
}
