import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import type { ReactNode } from "react";
import { type Control, useWatch } from "react-hook-form";
import { characters } from "../../../lib/characters";
import { labelOf } from "../../../lib/format";
import { FormNumberField, FormTextField } from "../../../ui/form/FormTextField";
import { fraction, wholeNumber } from "../../../ui/form/rules";
import { ENGINE, FAMILIES, MOTIFS, TRANSITION } from "../hooks/personas";
import { LIMITS, type TemplateValues } from "../hooks/templates";

interface Props {
  control: Control<TemplateValues>;
}

const AS_PERSONA = "As the persona";
const HEX = /^#[0-9a-f]{6}$/i;
const share = { min: 0, max: 1, step: 0.001 };

/** A whole number, or nothing. */
const wholeNumberOrNone = (least: number, most: number) => ({
  validate: (value: number | null) => value === null || wholeNumber(least, most).validate(value),
});

function Columns({ count, children }: { count: number; children: ReactNode }) {
  return (
    <Box
      sx={{
        display: "grid",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: `repeat(${count}, minmax(0, 1fr))` },
        alignItems: "start",
        gap: 2,
      }}>
      {children}
    </Box>
  );
}

/** Where the template belongs, and what its videos are to reach. */
export function TargetFields({ control }: Props) {
  const [least, most] = LIMITS.seconds;
  return (
    <>
      <Columns count={2}>
        <FormTextField control={control} name="niche" label="Niche" slotProps={{ htmlInput: { maxLength: 100 } }} />
        <FormTextField control={control} name="style" label="Style" slotProps={{ htmlInput: { maxLength: 100 } }} />
      </Columns>
      <Columns count={3}>
        <FormNumberField
          control={control}
          name="seconds"
          rules={wholeNumberOrNone(least, most)}
          label="Length in seconds"
          helperText={`${least} to ${most}; used where a video is ordered without a length`}
          slotProps={{ htmlInput: { min: least, max: most } }}
        />
        <FormNumberField
          control={control}
          name="retention_target"
          rules={fraction}
          label="Retention target"
          helperText="0 to 1: share of a video that is watched"
          slotProps={{ htmlInput: share }}
        />
        <FormNumberField
          control={control}
          name="engagement_target"
          rules={fraction}
          label="Engagement target"
          helperText="0 to 1: likes, comments and shares for each view"
          slotProps={{ htmlInput: share }}
        />
      </Columns>
    </>
  );
}

export function TemplateScriptField({ control }: Props) {
  const length = characters(useWatch({ control, name: "script_template" })).length;
  return (
    <FormTextField
      control={control}
      name="script_template"
      rules={{
        validate: (text) => characters(text).length <= LIMITS.script_template || `Enter at most ${LIMITS.script_template} characters.`,
      }}
      label="Script template"
      multiline
      minRows={2}
      maxRows={8}
      helperText={`How the script is to be built. Passed to the language model; the extractive writer cannot follow it. ${length} of ${LIMITS.script_template} characters`}
    />
  );
}

/** What takes the place of the persona's voice. */
export function TemplateVoiceFields({ control }: Props) {
  return (
    <>
      <Columns count={2}>
        <PersonaSelect control={control} name="voice_settings.engine" label="Voice engine">
          {Object.entries(ENGINE).map(([engine, name]) => (
            <MenuItem key={engine} value={engine}>
              {name}
            </MenuItem>
          ))}
        </PersonaSelect>
        <FormTextField
          control={control}
          name="voice_settings.voice"
          label="Voice"
          placeholder={AS_PERSONA}
          helperText="The engine's own name for a voice"
          slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 100, spellCheck: false } }}
        />
      </Columns>
      <Columns count={3}>
        <FormNumberField
          control={control}
          name="voice_settings.words_per_minute"
          rules={wholeNumberOrNone(120, 200)}
          label="Words per minute"
          helperText="120 to 200"
          slotProps={{ htmlInput: { min: 120, max: 200 } }}
        />
        <FormNumberField
          control={control}
          name="voice_settings.pitch"
          rules={wholeNumberOrNone(0, 99)}
          label="Pitch"
          helperText="0 to 99, where the engine has one"
          slotProps={{ htmlInput: { min: 0, max: 99 } }}
        />
        <FormNumberField
          control={control}
          name="voice_settings.style"
          rules={fraction}
          label="Speaking style"
          helperText="0 to 1, for ElevenLabs"
          slotProps={{ htmlInput: { min: 0, max: 1, step: 0.05 } }}
        />
      </Columns>
    </>
  );
}

/** What takes the place of the persona's brand. */
export function TemplateVisualFields({ control }: Props) {
  const transitions = Object.entries(TRANSITION).map(([move, text]) => (
    <MenuItem key={move} value={move}>
      {text}
    </MenuItem>
  ));
  return (
    <>
      <Columns count={3}>
        <FormTextField
          control={control}
          name="visual_settings.accent"
          rules={{ validate: (text) => !text.trim() || HEX.test(text.trim()) || "Enter a colour such as #6AA8FF." }}
          label="Accent"
          placeholder={AS_PERSONA}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 7, spellCheck: false } }}
        />
        <PersonaSelect control={control} name="visual_settings.family" label="Font">
          {FAMILIES.map((family) => (
            <MenuItem key={family} value={family}>
              {family}
            </MenuItem>
          ))}
        </PersonaSelect>
        <PersonaSelect control={control} name="visual_settings.motif" label="Motif">
          {MOTIFS.map((motif) => (
            <MenuItem key={motif} value={motif}>
              {labelOf(motif)}
            </MenuItem>
          ))}
        </PersonaSelect>
      </Columns>
      <Columns count={2}>
        <PersonaSelect control={control} name="visual_settings.transitions.0" label="Transition">
          {transitions}
        </PersonaSelect>
        <PersonaSelect control={control} name="visual_settings.transitions.1" label="Second transition" validate={hasBothTransitions}>
          {transitions}
        </PersonaSelect>
      </Columns>
    </>
  );
}

const hasBothTransitions = (_: string, { visual_settings: { transitions } }: TemplateValues) =>
  Boolean(transitions[0]) === Boolean(transitions[1]) || "Choose both transitions, or none.";

type Choice =
  | "voice_settings.engine"
  | "visual_settings.family"
  | "visual_settings.motif"
  | "visual_settings.transitions.0"
  | "visual_settings.transitions.1";

interface SelectProps extends Props {
  name: Choice;
  label: string;
  validate?: (value: string, values: TemplateValues) => true | string;
  children: ReactNode;
}

/** A choice that may be left to the persona. */
function PersonaSelect({ control, name, label, validate, children }: SelectProps) {
  return (
    <FormTextField
      control={control}
      name={name}
      rules={validate && { validate }}
      select
      label={label}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}>
      <MenuItem value="">{AS_PERSONA}</MenuItem>
      {children}
    </FormTextField>
  );
}
