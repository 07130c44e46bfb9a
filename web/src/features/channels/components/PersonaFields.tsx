import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import { styled } from "@mui/material/styles";
import TextField from "@mui/material/TextField";
import { useId } from "react";
import type { Persona } from "../../../api/client";
import { labelOf } from "../../../lib/format";
import { ENGINE, FAMILIES, MOTIFS, TRANSITION } from "../hooks/personas";

type Voice = Persona["voice"];
type Brand = Persona["brand"];
const columns = (count: number) => ({ display: "grid", gridTemplateColumns: `repeat(${count}, minmax(0, 1fr))`, gap: 2 });

export function VoiceFields({ voice, onType }: { voice: Voice; onType: (part: Partial<Voice>) => void }) {
  const builtIn = voice.engine === "espeak";
  return (
    <Box sx={columns(3)}>
      <TextField
        select
        label="Voice"
        size="small"
        value={voice.engine}
        onChange={(event) => onType({ engine: event.target.value as Voice["engine"], voice: null })}>
        {Object.entries(ENGINE).map(([engine, name]) => (
          <MenuItem key={engine} value={engine}>
            {name}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        type="number"
        label="Words per minute"
        size="small"
        value={voice.words_per_minute}
        onChange={(event) => onType({ words_per_minute: Number(event.target.value) })}
        helperText="120 to 200"
        slotProps={{ htmlInput: { min: 120, max: 200, required: true } }}
      />
      {builtIn ? (
        <TextField
          type="number"
          label="Pitch"
          size="small"
          value={voice.pitch}
          onChange={(event) => onType({ pitch: Number(event.target.value) })}
          helperText="0 to 99"
          slotProps={{ htmlInput: { min: 0, max: 99, required: true } }}
        />
      ) : (
        <TextField
          label="Voice name"
          size="small"
          value={voice.voice ?? ""}
          onChange={(event) => onType({ voice: event.target.value || null })}
          helperText="As named by the engine"
          slotProps={{ htmlInput: { maxLength: 100, spellCheck: false } }}
        />
      )}
    </Box>
  );
}

export function LookFields({ brand, onType }: { brand: Brand; onType: (part: Partial<Brand>) => void }) {
  const [first = "#000000", second = "#000000"] = brand.companions;
  const [one = "fade", other = "fade"] = brand.transitions;
  return (
    <>
      <Box sx={columns(5)}>
        <Colour name="Accent" value={brand.accent} onPick={(accent) => onType({ accent })} />
        <Colour name="Companion 1" value={first} onPick={(colour) => onType({ companions: [colour, second] })} />
        <Colour name="Companion 2" value={second} onPick={(colour) => onType({ companions: [first, colour] })} />
        <Colour name="Text" value={brand.text} onPick={(text) => onType({ text })} />
        <Colour name="Background" value={brand.background} onPick={(background) => onType({ background })} />
      </Box>
      <Box sx={columns(2)}>
        <TextField
          select
          label="Font"
          size="small"
          value={brand.family}
          onChange={(event) => onType({ family: event.target.value as Brand["family"] })}>
          {FAMILIES.map((family) => (
            <MenuItem key={family} value={family}>
              {family}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          select
          label="Motif"
          size="small"
          value={brand.motif}
          onChange={(event) => onType({ motif: event.target.value as Brand["motif"] })}>
          {MOTIFS.map((motif) => (
            <MenuItem key={motif} value={motif}>
              {labelOf(motif)}
            </MenuItem>
          ))}
        </TextField>
        <Move label="Transition" value={one} onPick={(move) => onType({ transitions: [move, other] })} />
        <Move label="Second transition" value={other} onPick={(move) => onType({ transitions: [one, move] })} />
      </Box>
    </>
  );
}

type Transition = Brand["transitions"][number];

function Move({ label, value, onPick }: { label: string; value: Transition; onPick: (move: Transition) => void }) {
  return (
    <TextField select label={label} size="small" value={value} onChange={(event) => onPick(event.target.value as Transition)}>
      {Object.entries(TRANSITION).map(([move, name]) => (
        <MenuItem key={move} value={move}>
          {name}
        </MenuItem>
      ))}
    </TextField>
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

function Colour({ name, value, onPick }: { name: string; value: string; onPick: (colour: string) => void }) {
  const id = useId();
  return (
    <div>
      <Box component="label" htmlFor={id} sx={{ fontSize: 12, color: "text.secondary", display: "block", mb: 0.5 }}>
        {name}
      </Box>
      <Picker id={id} type="color" value={value.toLowerCase()} onChange={(event) => onPick(event.target.value.toUpperCase())} />
    </div>
  );
}
