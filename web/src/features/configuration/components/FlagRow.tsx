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
import { Mono } from "../../../ui/Mono";
import { TimeAgo } from "../../../ui/TimeAgo";
import { whoHas } from "../hooks/flags";

const quiet = { color: "text.secondary" } as const;
const SHOWN = 3;

interface Props {
  flag: Flag;
  onEdit: () => void;
  onTurn: (enabled: boolean) => void;
  onRemove: () => void;
}

export function FlagRow({ flag, onEdit, onTurn, onRemove }: Props) {
  const ask = useConfirm((state) => state.ask);
  const askRemove = () => ask({
    title: `Remove the flag ${flag.name}?`, action: "Remove the flag", onConfirm: onRemove,
    body: `Nobody has the feature then; now it is for ${whoHas(flag)}. Whom it named is forgotten, and stays in the audit trail.`,
  });
  return (
    <TableRow sx={{ "& td": { verticalAlign: "top" } }}>
      <TableCell sx={{ maxWidth: 360 }}>
        <Mono sx={{ fontWeight: 600 }}>{flag.name}</Mono>
        {flag.description && <Box sx={{ ...quiet, fontSize: 12, mt: 0.25, overflowWrap: "anywhere" }}>{flag.description}</Box>}
      </TableCell>
      <TableCell sx={{ py: "2px !important" }}>
        <Switch size="small" checked={flag.enabled} onChange={(_, on) => onTurn(on)} sx={{ my: 0.5 }} slotProps={{ input: { "aria-label": `${flag.name} is on` } }} />
      </TableCell>
      <TableCell>{whoHas(flag)}</TableCell>
      {flag.switch_only
        ? <TableCell colSpan={3} sx={{ ...quiet, fontSize: 12 }}>On or off for everybody: it is asked before anybody is known.</TableCell>
        : <Chosen flag={flag} />}
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        <Link component={RouterLink} color="inherit" underline="hover" to={paths.trailOf("core.feature_flags", flag.name)} title="In the audit trail"><TimeAgo at={flag.updated_at} /></Link>
      </TableCell>
      <TableCell sx={{ textAlign: "right", whiteSpace: "nowrap", py: "2px !important" }}>
        <Button size="small" aria-label={`Edit ${flag.name}`} onClick={onEdit}>Edit</Button>
        <Box component="span" title={flag.shipped ? "YTEMPIRE itself asks for this flag: turn it off instead." : undefined}>
          <Button size="small" color="error" disabled={flag.shipped} aria-label={`Remove ${flag.name}`} onClick={askRemove} sx={{ ml: 1 }}>Remove</Button>
        </Box>
      </TableCell>
    </TableRow>
  );
}

function Chosen({ flag }: { flag: Flag }) {
  const gone = flag.user_ids.length - flag.people.length;
  const people = [...flag.people.map(personName), ...(gone ? [`${gone} who ${gone === 1 ? "is" : "are"} gone`] : [])];
  const off = flag.enabled ? undefined : quiet;
  return (
    <>
      <TableCell sx={{ textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap", ...off }}>{flag.percentage} %</TableCell>
      <TableCell sx={off}><Few words={flag.segments} /></TableCell>
      <TableCell sx={off}><Few words={people} /></TableCell>
    </>
  );
}

/** The first few, and how many more. */
function Few({ words }: { words: string[] }) {
  if (!words.length) return <Box component="span" sx={quiet}>–</Box>;
  const more = words.length - SHOWN;
  return (
    <Box title={words.join(", ")} sx={{ maxWidth: 220 }}>
      {words.slice(0, SHOWN).map((one) => <Box key={one} sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{one}</Box>)}
      {more > 0 && <Box sx={quiet}>and {more} more</Box>}
    </Box>
  );
}
