import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { characters } from "../../../lib/characters";
import { ZonePicker } from "../../../ui/ZonePicker";
import { meQuery } from "../../accounts/hooks/me";
import { categoriesQuery, personasQuery } from "../hooks/channels";
import { PersonaDialog } from "./PersonaDialog";
import { ColorSwatch } from "./ColorSwatch";

export interface Values {
  name: string;
  description: string;
  category: string | null;
  time_zone: string;
  persona_id: string;
}
export const MAX_NAME_LENGTH = 100;
export const MAX_DESCRIPTION_LENGTH = 5000;
export const complete = (values: Values) =>
  values.name.trim() !== "" && values.persona_id !== "" && characters(values.description).length <= MAX_DESCRIPTION_LENGTH;

const known = (id: string | null, ids: string[]) => (id && ids.includes(id) ? id : "");
const shrunk = { select: { displayEmpty: true }, inputLabel: { shrink: true } };

interface Props {
  values: Values;
  onType: (part: Partial<Values>) => void;
  /** Only this person's personas can speak for the channel. */
  owner: string | undefined;
  autoFocus?: boolean;
}

export function ChannelFields({ values, onType, owner, autoFocus }: Props) {
  const categories = useQuery(categoriesQuery()).data?.items ?? [];
  return (
    <>
      <TextField
        label="Name"
        size="small"
        value={values.name}
        autoFocus={autoFocus}
        required
        onChange={(event) => onType({ name: event.target.value })}
        slotProps={{ htmlInput: { maxLength: MAX_NAME_LENGTH } }}
      />
      <TextField
        label="Description"
        size="small"
        value={values.description}
        multiline
        minRows={3}
        maxRows={10}
        onChange={(event) => onType({ description: event.target.value })}
        helperText={`What the channel is about. Used by the search. ${characters(values.description).length} of ${MAX_DESCRIPTION_LENGTH} characters`}
        error={characters(values.description).length > MAX_DESCRIPTION_LENGTH}
      />
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 2, alignItems: "start" }}>
        <TextField
          select
          label="Category"
          size="small"
          value={known(
            values.category,
            categories.map((one) => one.slug),
          )}
          onChange={(event) => onType({ category: event.target.value || null })}
          slotProps={shrunk}>
          <MenuItem value="">None</MenuItem>
          {categories.map((one) => (
            <MenuItem key={one.slug} value={one.slug}>
              {one.name}
            </MenuItem>
          ))}
        </TextField>
        <ZonePicker value={values.time_zone} onChange={(time_zone) => onType({ time_zone })} />
      </Box>
      <PersonaField value={values.persona_id} owner={owner} onPick={(persona_id) => onType({ persona_id })} />
    </>
  );
}

function PersonaField({ value, owner, onPick }: { value: string; owner: string | undefined; onPick: (id: string) => void }) {
  const me = useQuery(meQuery()).data;
  const personas = useQuery(personasQuery()).data?.items.filter((one) => one.owner_id === owner);
  const [making, setMaking] = useState(false);
  return (
    <Box sx={{ display: "flex", gap: 2, alignItems: "flex-start" }}>
      <TextField
        select
        fullWidth
        label="Persona"
        size="small"
        value={known(value, personas?.map((one) => one.id) ?? [])}
        onChange={(event) => onPick(event.target.value)}
        slotProps={shrunk}
        helperText={
          personas?.length === 0
            ? "No personas yet: create the first one."
            : "How its videos sound and look. Runs in progress keep their persona."
        }>
        {personas?.map((one) => (
          <MenuItem key={one.id} value={one.id}>
            <Box component="span" sx={{ display: "flex", alignItems: "center", gap: 1 }}>
              <ColorSwatch colour={one.definition.brand.accent} /> {one.definition.name}
            </Box>
          </MenuItem>
        ))}
      </TextField>
      {/* one makes personas for oneself, and only an owner's own speak for their channel */}
      {owner === me?.id && (
        <Button variant="outlined" sx={{ height: 37, flexShrink: 0 }} onClick={() => setMaking(true)}>
          Create one
        </Button>
      )}
      {making && <PersonaDialog row={null} onClose={() => setMaking(false)} onSaved={(row) => onPick(row.id)} />}
    </Box>
  );
}
