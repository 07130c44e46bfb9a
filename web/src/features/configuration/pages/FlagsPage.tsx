import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Flag } from "../../../api/client";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorNote } from "../../../ui/ErrorNote";
import { PageHeader } from "../../../ui/PageHeader";
import { FlagDialog } from "../components/FlagDialog";
import { FlagRow } from "../components/FlagRow";
import { flagsQuery, useRemoveFlag, useTurnFlag } from "../hooks/flags";

export function FlagsPage() {
  const found = useQuery(flagsQuery());
  const turn = useTurnFlag();
  const remove = useRemoveFlag();
  const [dialog, setDialog] = useState<{ flag: Flag | null } | null>(null);
  const flags = found.data?.items ?? [];
  const error = turn.error ?? remove.error;
  const make = <Button variant="contained" onClick={() => setDialog({ flag: null })}>Make a flag</Button>;
  return (
    <>
      <PageHeader title="Feature flags" actions={flags.length > 0 && make} below={
        <Typography sx={{ color: "text.secondary" }}>
          Who has which feature. The answer is stable: the same person always gets the same one, until a flag is changed here.
        </Typography>} />
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {error && <ErrorNote error={error} />}
      {found.data && !flags.length && <EmptyState title="No flags yet" body="A flag gives a feature to some people before it is for everybody." action={make} />}
      {flags.length > 0 && (
        <Table aria-label="Feature flags">
          <TableHead>
            <TableRow>
              <TableCell>Flag</TableCell><TableCell>On</TableCell><TableCell>Who has it now</TableCell><TableCell sx={{ textAlign: "right" }}>Share</TableCell>
              <TableCell>Segments</TableCell><TableCell>People</TableCell><TableCell>Last change</TableCell><TableCell />
            </TableRow>
          </TableHead>
          <TableBody>
            {flags.map((flag) => (
              <FlagRow key={flag.name} flag={flag} onEdit={() => setDialog({ flag })} onTurn={(enabled) => { remove.reset(); turn.mutate({ flag, enabled }); }}
                onRemove={() => { turn.reset(); remove.mutate(flag.name); }} />
            ))}
          </TableBody>
        </Table>
      )}
      {dialog && <FlagDialog flag={dialog.flag} onClose={() => setDialog(null)} />}
    </>
  );
}
