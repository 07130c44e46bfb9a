import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import { styled } from "@mui/material/styles";
import { useId } from "react";
import { type Control, type UseFormReturn, useWatch } from "react-hook-form";
import type { Persona } from "../../../api/client";
import { labelOf } from "../../../lib/format";
import { FormNumberField, FormTextField } from "../../../ui/form/FormTextField";
import { fraction, wholeNumber } from "../../../ui/form/rules";
import { useField } from "../../../ui/form/useField";
import { ENGINE, FAMILIES, HAS_PITCH, MOTIFS, TRANSITION } from "../hooks/personas";
import { VoiceField } from "./VoiceField";

const USUAL_PITCH = 42;

const columns = (count: number) => ({ display: "grid", gridTemplateColumns: `repeat(${count}, minmax(0, 1fr))`, gap: 2 });

const wideColumns = (template: string) => ({
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: template },
  alignItems: "start",
  gap: 2,
});

export function VoiceFields({ form: { control, setValue } }: { form: UseFormReturn<Persona> }) {
  const engine = useWatch({ control, name: "voice.engine" });
  const hasPitch = HAS_PITCH.includes(engine);
  const hasStyle = engine === "elevenlabs";
  const forget = () => {
    setValue("voice.voice", null);
    setValue("voice.style", null);
    setValue("voice.pitch", USUAL_PITCH); // an empty one could not be mended where its field is not shown
  };
  return (
    <>
      <Box sx={wideColumns(hasPitch || hasStyle ? "minmax(0, 2fr) minmax(0, 1fr) minmax(0, 1fr)" : "repeat(2, minmax(0, 1fr))")}>
        <FormTextField control={control} name="voice.engine" select label="Voice engine" onPick={forget}>
          {Object.entries(ENGINE).map(([engine, name]) => (
            <MenuItem key={engine} value={engine}>
              {name}
            </MenuItem>
          ))}
        </FormTextField>
        <FormNumberField
          control={control}
          name="voice.words_per_minute"
          rules={wholeNumber(120, 200)}
          label="Words per minute"
          helperText="120 to 200"
          slotProps={{ htmlInput: { min: 120, max: 200, required: true } }}
        />
        {hasPitch && (
          <FormNumberField
            control={control}
            name="voice.pitch"
            rules={wholeNumber(0, 99)}
            label="Pitch"
            helperText="0 to 99"
            slotProps={{ htmlInput: { min: 0, max: 99, required: true } }}
          />
        )}
        {hasStyle && (
          <FormNumberField
            control={control}
            name="voice.style"
            rules={fraction}
            label="Style"
            helperText="0 to 1; empty: as the voice is"
            slotProps={{ htmlInput: { min: 0, max: 1, step: 0.05 } }}
          />
        )}
      </Box>
      <Box sx={wideColumns("minmax(0, 1fr) auto")}>
        <VoiceField control={control} />
      </Box>
    </>
  );
}

export function LookFields({ control }: { control: Control<Persona> }) {
  return (
    <>
      <Box sx={columns(5)}>
        <Colour control={control} name="brand.accent" label="Accent" />
        <Colour control={control} name="brand.companions.0" label="Companion 1" />
        <Colour control={control} name="brand.companions.1" label="Companion 2" />
        <Colour control={control} name="brand.text" label="Text" />
        <Colour control={control} name="brand.background" label="Background" />
      </Box>
      <Box sx={columns(2)}>
        <FormTextField control={control} name="brand.family" select label="Font">
          {FAMILIES.map((family) => (
            <MenuItem key={family} value={family}>
              {family}
            </MenuItem>
          ))}
        </FormTextField>
        <FormTextField control={control} name="brand.motif" select label="Motif">
          {MOTIFS.map((motif) => (
            <MenuItem key={motif} value={motif}>
              {labelOf(motif)}
            </MenuItem>
          ))}
        </FormTextField>
        <Move control={control} name="brand.transitions.0" label="Transition" />
        <Move control={control} name="brand.transitions.1" label="Second transition" />
      </Box>
    </>
  );
}

interface MoveProps {
  control: Control<Persona>;
  name: `brand.transitions.${number}`;
  label: string;
}

function Move({ control, name, label }: MoveProps) {
  return (
    <FormTextField control={control} name={name} select label={label}>
      {Object.entries(TRANSITION).map(([move, text]) => (
        <MenuItem key={move} value={move}>
          {text}
        </MenuItem>
      ))}
    </FormTextField>
  );
}

const Picker = styled("input")(({ theme }) => ({
  width: "100%",
  height: 36,
  padding: 2,
  border: `1px solid ${theme.palette.line}`,
  borderRadius: 6,
  background: theme.palette.background.paper,
  cursor: "pointer",
  display: "block",
}));

interface ColourProps {
  control: Control<Persona>;
  name: "brand.accent" | "brand.text" | "brand.background" | `brand.companions.${number}`;
  label: string;
}

function Colour({ control, name, label }: ColourProps) {
  const id = useId();
  const { value, onChange, ref } = useField(control, name);
  return (
    <div>
      <Box component="label" htmlFor={id} sx={{ fontSize: 12, color: "text.secondary", display: "block", mb: 0.5 }}>
        {label}
      </Box>
      <Picker id={id} ref={ref} type="color" value={value.toLowerCase()} onChange={(event) => onChange(event.target.value.toUpperCase())} />
    </div>
  );
}
