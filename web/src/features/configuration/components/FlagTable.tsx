import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Switch from "@mui/material/Switch";
import { Link as RouterLink } from "react-router";
import type { Flag } from "../../../api/client";
import { paths } from "../../../app/paths";
import { personName } from "../../../lib/person";
import { useConfirm } from "../../../stores/confirm";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { Monospace } from "../../../ui/Monospace";
import { TimeAgo } from "../../../ui/TimeAgo";
import { rolloutLabel } from "../hooks/flags";
import { type Column, DataTable } from "../../../ui/DataTable";
import type { ReactNode } from "react";

const quiet = { color: "text.secondary" } as const;
const SHOWN = 3;

interface Props {
  flags: Flag[];
  onEdit: (flag: Flag) => void;
  onToggle: (flag: Flag, enabled: boolean) => void;
  onRemove: (flag: Flag) => void;
}

export function FlagTable({ flags, onEdit, onToggle, onRemove }: Props) {
  const ask = useConfirm((state) => state.ask);
  const askRemove = (flag: Flag) =>
    ask({
      title: `Delete the flag ${flag.name}?`,
      action: "Delete flag",
      onConfirm: () => onRemove(flag),
      body: `The feature is then off for everyone; now it is on for ${rolloutLabel(flag)}. The flag stays in the audit trail.`,
    });
  const columns: Column<Flag>[] = [
    {
      header: "Flag",
      maxWidth: 360,
      wrap: "anywhere",
      cell: (flag) => <Monospace sx={{ fontWeight: 600 }}>{flag.name}</Monospace>,
      detail: (flag) => flag.description,
    },
    {
      header: "On",
      cell: (flag) => (
        <Switch
          size="small"
          checked={flag.enabled}
          onChange={(_, on) => onToggle(flag, on)}
          // as high as the text beside it
          sx={{ my: -0.25 }}
          slotProps={{ input: { "aria-label": `${flag.name} is on` } }}
        />
      ),
    },
    { header: "Enabled for", cell: rolloutLabel },
    {
      header: "Share",
      kind: "number",
      // the next two are of no meaning either
      colSpan: (flag) => (flag.is_boolean ? 3 : 1),
      cell: (flag) =>
        flag.is_boolean ? (
          <Box sx={{ ...quiet, fontSize: 12, textAlign: "left", whiteSpace: "normal" }}>
            On or off for everyone: it is checked before sign-in.
          </Box>
        ) : (
          <Targeted flag={flag}>{flag.percentage} %</Targeted>
        ),
    },
    {
      header: "Segments",
      cell: (flag) => (
        <Targeted flag={flag}>
          <ShortList items={flag.segments} />
        </Targeted>
      ),
    },
    {
      header: "Users",
      cell: (flag) => (
        <Targeted flag={flag}>
          <ShortList items={peopleOf(flag)} />
        </Targeted>
      ),
    },
    {
      header: "Last change",
      wrap: "never",
      cell: (flag) => (
        <Link
          component={RouterLink}
          color="inherit"
          underline="hover"
          to={paths.trailOf("core.feature_flags", flag.name)}
          title="Open in the audit trail">
          <TimeAgo at={flag.updated_at} />
        </Link>
      ),
    },
    { kind: "actions", cell: (flag) => <FlagActions flag={flag} onEdit={() => onEdit(flag)} onRemove={() => askRemove(flag)} /> },
  ];
  return <DataTable alignTop stacked label="Feature flags" columns={columns} rows={flags} rowKey={(flag) => flag.name} />;
}

function FlagActions({ flag, onEdit, onRemove }: { flag: Flag; onEdit: () => void; onRemove: () => void }) {
  return (
    <>
      <Button size="small" aria-label={`Edit ${flag.name}`} onClick={onEdit}>
        Edit
      </Button>
      <ExplainedButton
        size="small"
        color="error"
        why={flag.is_built_in ? "This flag is built in: turn it off instead." : null}
        aria-label={`Delete ${flag.name}`}
        onClick={onRemove}
        sx={{ ml: 1 }}>
        Delete
      </ExplainedButton>
    </>
  );
}

/** Whom a flag is for matters less while it is off. */
function Targeted({ flag, children }: { flag: Flag; children: ReactNode }) {
  return <Box sx={flag.enabled ? undefined : quiet}>{children}</Box>;
}

function peopleOf(flag: Flag): string[] {
  const gone = flag.user_ids.length - flag.people.length;
  return [...flag.people.map(personName), ...(gone ? [`${gone} deleted`] : [])];
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
