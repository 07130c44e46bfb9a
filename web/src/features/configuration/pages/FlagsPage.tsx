import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Flag } from "../../../api/client";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { FlagDialog } from "../components/FlagDialog";
import { FlagTable } from "../components/FlagTable";
import { flagsQuery, useRemoveFlag, useToggleFlag } from "../hooks/flags";

export function FlagsPage() {
  const found = useQuery(flagsQuery());
  const toggle = useToggleFlag();
  const remove = useRemoveFlag();
  const [dialog, setDialog] = useState<{ flag: Flag | null } | null>(null);
  const flags = found.data?.items ?? [];
  const error = toggle.error ?? remove.error;
  const create = (
    <Button variant="contained" onClick={() => setDialog({ flag: null })}>
      Create flag
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Feature flags"
        actions={flags.length > 0 && create}
        below={
          <Typography sx={{ color: "text.secondary" }}>
            Which users have which feature. The result for a user stays the same until the flag is changed.
          </Typography>
        }
      />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {error && <ErrorAlert error={error} />}
      {found.data && !flags.length && (
        <EmptyState title="No flags yet" body="A flag enables a feature for some users before everyone gets it." action={create} />
      )}
      <FlagTable
        flags={flags}
        onEdit={(flag) => setDialog({ flag })}
        onToggle={(flag, enabled) => {
          remove.reset();
          toggle.mutate({ flag, enabled });
        }}
        onRemove={(flag) => {
          toggle.reset();
          remove.mutate(flag.name);
        }}
      />
      {dialog && <FlagDialog flag={dialog.flag} onClose={() => setDialog(null)} />}
    </>
  );
}
