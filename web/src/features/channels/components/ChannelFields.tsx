import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { characters } from "../../../lib/characters";
import type { BoundField } from "../../../ui/form/useField";
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
/** What is missing or too long; null: nothing. */
export function channelFault({ name, persona_id, description }: Values): string | null {
  if (name.trim() === "") return "Enter a name.";
  if (persona_id === "") return "Pick a persona.";
  return characters(description).length > MAX_DESCRIPTION_LENGTH ? "Shorten the description." : null;
}

const known = (id: string | null, ids: string[]) => (id && ids.includes(id) ? id : "");
const shrunk = { select: { displayEmpty: true }, inputLabel: { shrink: true } };

export type Fields = { [Name in keyof Values]: BoundField<Values[Name]> };

interface Props {
  fields: Fields;
  /** Only this person's personas can speak for the channel. */
  owner: string | undefined;
  autoFocus?: boolean;
}

export function ChannelFields({ fields: { name, description, category, time_zone, persona_id }, owner, autoFocus }: Props) {
  const described = characters(description.value).length;
  const categories = useQuery(categoriesQuery()).data?.items ?? [];
  return (
    <>
      <TextField
        label="Name"
        size="small"
        value={name.value}
        inputRef={name.ref}
        error={Boolean(name.fault)}
        helperText={name.fault}
        autoFocus={autoFocus}
        required
        onChange={(event) => name.onChange(event.target.value)}
        slotProps={{ htmlInput: { maxLength: MAX_NAME_LENGTH } }}
      />
      <TextField
        label="Description"
        size="small"
        value={description.value}
        inputRef={description.ref}
        multiline
        minRows={3}
        maxRows={10}
        onChange={(event) => description.onChange(event.target.value)}
        helperText={
          description.fault ?? `What the channel is about. Used by the search. ${described} of ${MAX_DESCRIPTION_LENGTH} characters`
        }
        error={Boolean(description.fault) || described > MAX_DESCRIPTION_LENGTH}
      />
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 2, alignItems: "start" }}>
        <TextField
          select
          label="Category"
          size="small"
          value={known(
            category.value,
            categories.map((one) => one.slug),
          )}
          inputRef={category.ref}
          error={Boolean(category.fault)}
          helperText={category.fault}
          onChange={(event) => category.onChange(event.target.value || null)}
          slotProps={shrunk}>
          <MenuItem value="">None</MenuItem>
          {categories.map((one) => (
            <MenuItem key={one.slug} value={one.slug}>
              {one.name}
            </MenuItem>
          ))}
        </TextField>
        <ZonePicker value={time_zone.value} onChange={time_zone.onChange} fault={time_zone.fault} inputRef={time_zone.ref} />
      </Box>
      <PersonaField field={persona_id} owner={owner} />
    </>
  );
}

function PersonaField({ field, owner }: { field: BoundField<string>; owner: string | undefined }) {
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
        inputRef={field.ref}
        error={Boolean(field.fault)}
        value={known(field.value, personas?.map((one) => one.id) ?? [])}
        onChange={(event) => field.onChange(event.target.value)}
        slotProps={shrunk}
        helperText={
          field.fault ??
          (personas?.length === 0
            ? "No personas yet: create the first one."
            : "How its videos sound and look. Runs in progress keep their persona.")
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
      {making && <PersonaDialog row={null} onClose={() => setMaking(false)} onSaved={(row) => field.onChange(row.id)} />}
    </Box>
  );
}
