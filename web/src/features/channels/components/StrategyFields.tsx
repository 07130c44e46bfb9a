import TextField from "@mui/material/TextField";
import type { Strategy } from "../../../api/client";
import { PhrasesField } from "../../../ui/PhrasesField";
import { faults, MOST } from "../hooks/strategy";

/** Whom the videos are for, what they are about, and what none of them may say. */
export function StrategyFields({ value, onChange }: { value: Strategy; onChange: (strategy: Strategy) => void }) {
  const wrong = faults(value);
  const type = (part: Partial<Strategy>) => onChange({ ...value, ...part });
  return (
    <>
      <TextField label="Audience" size="small" value={value.audience} multiline maxRows={4} onChange={(event) => type({ audience: event.target.value.replace(/\n/g, " ") })} error={Boolean(wrong.audience)}
        helperText={wrong.audience ?? `Whom the videos are for. A language model that writes scripts is told. ${[...value.audience].length} of ${MOST.audience} characters`} />
      <PhrasesField label="Topics" value={value.topics} error={Boolean(wrong.topics)} onChange={(topics) => type({ topics })}
        helper={wrong.topics ?? `What the channel is about. Those that a video speaks of come first among its tags. ${value.topics.length} of ${MOST.topics}`} />
      <PhrasesField label="Never say" value={value.avoid} error={Boolean(wrong.avoid)} onChange={(avoid) => type({ avoid })}
        helper={wrong.avoid ?? `Words and phrases that refuse a video whose script, title, description or tags have them. ${value.avoid.length} of ${MOST.avoid}`} />
    </>
  );
}
