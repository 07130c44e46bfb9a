import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import type { HTMLAttributes, Key } from "react";
import { type Control, useWatch } from "react-hook-form";
import type { Persona, Voice } from "../../../api/client";
import { useField } from "../../../ui/form/useField";
import { Monospace } from "../../../ui/Monospace";
import { describeVoice, type Engine, hasWords, languageName, OWN_VOICE, spokenBy, voicesOf, voicesQuery, whySilent } from "../hooks/voices";
import { ListenButton } from "./ListenButton";

/** A voice of the engine that is chosen: one of the list, or any other by the engine's own name for it. */
export function VoiceField({ control }: { control: Control<Persona> }) {
  const engine = useWatch({ control, name: "voice.engine" });
  const { value, onChange, ref, fault } = useField(control, "voice.voice");
  const list = useQuery(voicesQuery());
  const { voices, hint } = voicesOf(list.data, engine);
  const speaks = spokenBy(voices, value);
  const trouble = list.error && `Voices could not be loaded: ${list.error.message}`;
  return (
    <>
      <Autocomplete<Voice, false, false, true>
        freeSolo
        forcePopupIcon
        size="small"
        options={voices}
        filterOptions={(all, { inputValue }) => all.filter((voice) => hasWords(voice, inputValue))}
        groupBy={(voice) => languageName(voice.language)}
        getOptionLabel={(voice) => (typeof voice === "string" ? voice : voice.voice)}
        getOptionKey={(voice) => (typeof voice === "string" ? voice : voice.voice)}
        isOptionEqualToValue={(voice, other) => voice === other}
        value={voices.find((voice) => voice.voice === value) ?? (value || null)}
        inputValue={value ?? ""}
        onInputChange={(_, text) => onChange(text)}
        loading={list.isPending}
        renderOption={({ key, ...props }: HTMLAttributes<HTMLLIElement> & { key: Key }, voice) => (
          <VoiceOption key={key} voice={voice} {...props} />
        )}
        renderInput={(props) => (
          <TextField
            {...props}
            label="Voice"
            inputRef={ref}
            placeholder="Default"
            error={Boolean(fault ?? trouble)}
            helperText={fault ?? trouble ?? helperOf(engine, value, speaks)}
            slotProps={{
              ...props.slotProps,
              inputLabel: { ...props.slotProps.inputLabel, shrink: true },
              htmlInput: { ...props.slotProps.htmlInput, maxLength: 100, spellCheck: false },
            }}
          />
        )}
      />
      <ListenButton key={speaks?.sample_url} voice={speaks} why={list.isPending ? "The voices are loading." : whySilent(engine, speaks)} />
      {hint && (
        <Box role="status" sx={{ gridColumn: "1 / -1", color: "warning.main", fontSize: 13, overflowWrap: "anywhere" }}>
          ! This voice cannot speak here yet. {hint}
        </Box>
      )}
    </>
  );
}

function helperOf(engine: Engine, value: string | null | undefined, speaks: Voice | undefined): string {
  if (!speaks) return OWN_VOICE[engine];
  return value ? describeVoice(speaks) : `Default: ${describeVoice(speaks)}`;
}

function VoiceOption({ voice, ...props }: HTMLAttributes<HTMLLIElement> & { voice: Voice }) {
  return (
    <Box component="li" {...props} sx={{ gap: 1 }}>
      <Box sx={{ flexGrow: 1, minWidth: 0 }}>
        {voice.label}
        {voice.gender && <Box component="span" sx={{ color: "text.secondary" }}>{`, ${voice.gender}`}</Box>}
      </Box>
      <Monospace sx={{ fontSize: 12, color: "text.secondary" }}>{voice.voice}</Monospace>
    </Box>
  );
}
