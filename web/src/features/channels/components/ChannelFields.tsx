import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { ZonePicker } from "../../../ui/ZonePicker";
import { categoriesQuery, personasQuery } from "../hooks/channels";
import { Swatch } from "./Swatch";

export interface Values {
  name: string;
  description: string;
  category: string | null;
  time_zone: string;
  persona_id: string;
}
export const NAME_MOST = 100;
export const ABOUT_MOST = 5000;
export const complete = (values: Values) => values.name.trim() !== "" && values.persona_id !== "" && [...values.description].length <= ABOUT_MOST;

interface Props {
  values: Values;
  onType: (part: Partial<Values>) => void;
  /** Only this person's personas can speak for the channel. */
  owner: string | undefined;
  autoFocus?: boolean;
}

export function ChannelFields({ values, onType, owner, autoFocus }: Props) {
  const categories = useQuery(categoriesQuery()).data?.items ?? [];
  const personas = useQuery(personasQuery()).data?.items.filter((one) => one.owner_id === owner) ?? [];
  const known = (id: string | null, ids: string[]) => (id && ids.includes(id) ? id : "");
  const shrunk = { select: { displayEmpty: true }, inputLabel: { shrink: true } };
  return (
    <>
      <TextField label="Name" size="small" value={values.name} autoFocus={autoFocus} required onChange={(event) => onType({ name: event.target.value })} slotProps={{ htmlInput: { maxLength: NAME_MOST } }} />
      <TextField label="Description" size="small" value={values.description} multiline minRows={3} maxRows={10} onChange={(event) => onType({ description: event.target.value })}
        helperText={`What it is about, for you and for the search. ${[...values.description].length} of ${ABOUT_MOST} characters`} error={[...values.description].length > ABOUT_MOST} />
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 2, alignItems: "start" }}>
        <TextField select label="Category" size="small" value={known(values.category, categories.map((one) => one.slug))} onChange={(event) => onType({ category: event.target.value || null })} slotProps={shrunk}>
          <MenuItem value="">None</MenuItem>
          {categories.map((one) => <MenuItem key={one.slug} value={one.slug}>{one.name}</MenuItem>)}
        </TextField>
        <ZonePicker value={values.time_zone} onChange={(time_zone) => onType({ time_zone })} />
      </Box>
      <TextField select label="Persona" size="small" value={known(values.persona_id, personas.map((one) => one.id))} onChange={(event) => onType({ persona_id: event.target.value })} slotProps={shrunk}
        helperText="How its videos sound and look. Runs under way keep the one that they began with.">
        {personas.map((one) => <MenuItem key={one.id} value={one.id}><Box component="span" sx={{ display: "flex", alignItems: "center", gap: 1 }}><Swatch colour={one.definition.brand.accent} /> {one.definition.name}</Box></MenuItem>)}
      </TextField>
    </>
  );
}
