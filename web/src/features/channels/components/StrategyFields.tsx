import TextField from "@mui/material/TextField";
import type { Strategy } from "../../../api/client";
import { characters } from "../../../lib/characters";
import { PhrasesField } from "../../../ui/PhrasesField";
import { faults, LIMITS } from "../hooks/strategy";

/** Audience, topics and blocked phrases. */
export function StrategyFields({ value, onChange }: { value: Strategy; onChange: (strategy: Strategy) => void }) {
  const wrong = faults(value);
  const type = (part: Partial<Strategy>) => onChange({ ...value, ...part });
  return (
    <>
      <TextField
        label="Audience"
        size="small"
        value={value.audience}
        multiline
        maxRows={4}
        onChange={(event) => type({ audience: event.target.value.replace(/\n/g, " ") })}
        error={Boolean(wrong.audience)}
        helperText={
          wrong.audience ??
          `Who the videos are for. Passed to the language model that writes scripts. ${characters(value.audience).length} of ${LIMITS.audience} characters`
        }
      />
      <PhrasesField
        label="Topics"
        value={value.topics}
        error={Boolean(wrong.topics)}
        onChange={(topics) => type({ topics })}
        helper={
          wrong.topics ??
          `What the channel is about. Topics that appear in a video come first in its tags. ${value.topics.length} of ${LIMITS.topics}`
        }
      />
      <PhrasesField
        label="Blocked phrases"
        value={value.avoid}
        error={Boolean(wrong.avoid)}
        onChange={(avoid) => type({ avoid })}
        helper={
          wrong.avoid ??
          `A video is refused if its script, title, description or tags contain one of these. ${value.avoid.length} of ${LIMITS.avoid}`
        }
      />
    </>
  );
}
