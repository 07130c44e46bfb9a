import MenuItem from "@mui/material/MenuItem";
import type { SxProps, Theme } from "@mui/material/styles";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { channelsQuery } from "../hooks/channels";

interface Props {
  /** The channel's id; empty for all. */
  value: string;
  onChange: (channel: string) => void;
  /** The words for all channels together; without them, one must be chosen. */
  all?: string;
  /** Names the owners too, where they are several. */
  withOwners?: boolean;
  sx?: SxProps<Theme>;
}

/** Chooses what a page shows: one of the channels in use. */
export function ChannelSelect({ value, onChange, all, withOwners, sx }: Props) {
  const channels = useQuery(channelsQuery()).data?.items ?? [];
  const named = withOwners && new Set(channels.map((one) => one.owner_id)).size > 1;
  return (
    <TextField
      select
      size="small"
      label="Channel"
      value={channels.some((one) => one.id === value) ? value : ""}
      onChange={(event) => onChange(event.target.value)}
      sx={sx}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}>
      {all && <MenuItem value="">{all}</MenuItem>}
      {channels.map((one) => (
        <MenuItem key={one.id} value={one.id}>
          {one.name}
          {named && one.owner ? ` (${one.owner})` : ""}
        </MenuItem>
      ))}
    </TextField>
  );
}
