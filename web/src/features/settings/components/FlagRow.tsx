import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Switch from "@mui/material/Switch";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link as RouterLink } from "react-router";
import type { Flag } from "../../../api/client";
import { paths } from "../../../app/paths";
import { personName } from "../../../lib/person";
import { useConfirm } from "../../../stores/confirm";
import { Monospace } from "../../../ui/Monospace";
import { TimeAgo } from "../../../ui/TimeAgo";
import { rolloutLabel } from "../hooks/flags";

const quiet = { color: "text.secondary" } as const;
const SHOWN = 3;

interface Props {
  flag: Flag;
  onEdit: () => void;
  onToggle: (enabled: boolean) => void;
  onRemove: () => void;
}

export function FlagRow({ flag, onEdit, onToggle, onRemove }: Props) {
  const ask = useConfirm((state) => state.ask);
  const askRemove = () =>
    ask({
      title: `Delete the flag ${flag.name}?`,
      action: "Delete flag",
      onConfirm: onRemove,
      body: `The feature is then off for everyone; now it is on for ${rolloutLabel(flag)}. The flag stays in the audit trail.`,
    });
  return (
    <TableRow sx={{ "& td": { verticalAlign: "top" } }}>
      <TableCell sx={{ maxWidth: 360 }}>
        <Monospace sx={{ fontWeight: 600 }}>{flag.name}</Monospace>
        {flag.description && <Box sx={{ ...quiet, fontSize: 12, mt: 0.25, overflowWrap: "anywhere" }}>{flag.description}</Box>}
      </TableCell>
      <TableCell sx={{ py: "2px !important" }}>
        <Switch
          size="small"
          checked={flag.enabled}
          onChange={(_, on) => onToggle(on)}
          sx={{ my: 0.5 }}
          slotProps={{ input: { "aria-label": `${flag.name} is on` } }}
        />
      </TableCell>
      <TableCell>{rolloutLabel(flag)}</TableCell>
      {flag.is_boolean ? (
        <TableCell colSpan={3} sx={{ ...quiet, fontSize: 12 }}>
          On or off for everyone: it is checked before sign-in.
        </TableCell>
      ) : (
        <Chosen flag={flag} />
      )}
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        <Link
          component={RouterLink}
          color="inherit"
          underline="hover"
          to={paths.trailOf("core.feature_flags", flag.name)}
          title="Open in the audit trail">
          <TimeAgo at={flag.updated_at} />
        </Link>
      </TableCell>
      <TableCell sx={{ textAlign: "right", whiteSpace: "nowrap", py: "2px !important" }}>
        <Button size="small" aria-label={`Edit ${flag.name}`} onClick={onEdit}>
          Edit
        </Button>
        <Box component="span" title={flag.is_built_in ? "This flag is built in: turn it off instead." : undefined}>
          <Button
            size="small"
            color="error"
            disabled={flag.is_built_in}
            aria-label={`Delete ${flag.name}`}
            onClick={askRemove}
            sx={{ ml: 1 }}>
            Delete
          </Button>
        </Box>
      </TableCell>
    </TableRow>
  );
}

function Chosen({ flag }: { flag: Flag }) {
  const gone = flag.user_ids.length - flag.people.length;
  const people = [...flag.people.map(personName), ...(gone ? [`${gone} deleted`] : [])];
  const off = flag.enabled ? undefined : quiet;
  return (
    <>
      <TableCell sx={{ textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap", ...off }}>
        {flag.percentage} %
      </TableCell>
      <TableCell sx={off}>
        <ShortList items={flag.segments} />
      </TableCell>
      <TableCell sx={off}>
        <ShortList items={people} />
      </TableCell>
    </>
  );
}

/** The first few, and how many more. */
function ShortList({ items }: { items: string[] }) {
  if (!items.length)
    return (
      <Box component="span" sx={quiet}>
        –
      </Box>
    );
  const more = items.length - SHOWN;
  return (
    <Box title={items.join(", ")} sx={{ maxWidth: 220 }}>
      {items.slice(0, SHOWN).map((one) => (
        <Box key={one} sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
          {one}
        </Box>
      ))}
      {more > 0 && <Box sx={quiet}>and {more} more</Box>}
    </Box>
  );
}
