import Box from "@mui/material/Box";
import type { Voice } from "../../../api/client";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { useSample } from "../hooks/useSample";

interface Props {
  voice: Voice | undefined;
  /** Why it cannot be heard; null where it can. */
  why: string | null;
}

/** Lets a voice be heard; pressed again, it stops. */
export function ListenButton({ voice, why }: Props) {
  const { state, play, stop } = useSample(voice?.sample_url ?? null);
  const isOn = state === "loading" || state === "playing";
  const text = { silent: "Listen", loading: "Loading …", playing: "Stop", failed: "Listen" }[state];
  return (
    <div>
      <ExplainedButton
        variant="outlined"
        why={why}
        onClick={isOn ? stop : play}
        aria-label={voice && why === null ? `${text}: ${voice.label}` : undefined}
        startIcon={<span aria-hidden>{isOn ? "■" : "▶"}</span>}
        sx={{
          height: 37,
          minWidth: 120,
          width: { xs: "100%", sm: "auto" },
          "& .MuiButton-startIcon > *:nth-of-type(1)": { fontSize: 11 },
        }}>
        {text}
      </ExplainedButton>
      {state === "failed" && (
        <Box role="alert" sx={{ color: "error.main", fontSize: 12, mt: 0.5 }}>
          It could not be played.
        </Box>
      )}
    </div>
  );
}
