import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import type { NotificationPreferences } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SuccessMessage } from "../../../ui/SuccessMessage";
import { preferencesQuery, useSetPreferences } from "../hooks/preferences";

const CHOICES: Record<NotificationPreferences["page"], string> = {
  info: "Everything",
  success: "Results, warnings and critical problems",
  warning: "Warnings and critical problems",
  critical: "Critical problems only",
};

/** From which severity on the bell rings; saved when it is chosen. */
export function PreferenceForm() {
  const found = useQuery(preferencesQuery());
  const set = useSetPreferences();
  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  const control = (
    <TextField
      select
      size="small"
      label="Notify me of"
      value={(set.isPending && set.variables.page) || found.data.page}
      onChange={(event) => set.mutate({ page: event.target.value as NotificationPreferences["page"] })}
      sx={{ width: 340, maxWidth: "100%" }}>
      {Object.entries(CHOICES).map(([severity, label]) => (
        <MenuItem key={severity} value={severity}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
  return (
    <>
      <SuccessMessage saved={set.isSuccess} action={control} />
      {set.error && <ErrorAlert error={set.error} />}
    </>
  );
}
