import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import type { Automation, Channel, Tagged } from "../../../api/client";
import { can, WHY_NOT } from "../../../lib/access";
import { DraftActions } from "../../../ui/DraftActions";
import { SuccessMessage } from "../../../ui/SuccessMessage";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { isStale, SaveConflict } from "../../../ui/SaveConflict";
import { Section } from "../../../ui/Section";
import { useDraft } from "../../../ui/useDraft";
import {
  automationQuery,
  changeOf,
  meaning,
  planOf,
  useSaveAutomation,
  MAX_VIDEOS_PER_DAY,
  saveBlockedReason,
  FIELD_LABELS,
} from "../hooks/automation";
import { AutoPublishField } from "./AutoPublishField";
import { SlotsField } from "./SlotsField";

/** What the channel does automatically, and its publishing slots. */
export function AutomationSection({ channel }: { channel: Channel }) {
  const found = useQuery(automationQuery(channel.id));
  return (
    <Section
      title="Automation"
      about="How many videos the channel makes, its publishing slots, and whether videos are published automatically. The calendar shows the result.">
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <AutomationForm channel={channel} automation={found.data} />}
    </Section>
  );
}

function AutomationForm({ channel, automation }: { channel: Channel; automation: Tagged<Automation> }) {
  const draft = useDraft(planOf(automation), automation.etag);
  const save = useSaveAutomation(channel.id);
  const fixed = !can.manage(channel.access);

  function put(seen: string) {
    save.mutate({ change: changeOf(automation, draft.mine), seen }, { onSuccess: (saved) => draft.saved(planOf(saved), saved.etag) });
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    put(draft.seen);
  }
  function drop() {
    save.reset();
    draft.drop();
  }

  return (
    <Box
      component="form"
      aria-label="Automation"
      onSubmit={submit}
      noValidate
      sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5, maxWidth: 640 }}>
      {fixed && <Box sx={{ color: "text.secondary" }}>{WHY_NOT.channel}</Box>}
      <TextField
        type="number"
        label="Videos per day"
        size="small"
        disabled={fixed}
        value={Number.isNaN(draft.values.videos_per_day) ? "" : draft.values.videos_per_day}
        sx={{ width: 200 }}
        onChange={(event) => draft.type({ videos_per_day: event.target.value === "" ? Number.NaN : Number(event.target.value) })}
        helperText={`0 to ${MAX_VIDEOS_PER_DAY}; 0 turns it off`}
        slotProps={{ htmlInput: { min: 0, max: MAX_VIDEOS_PER_DAY, step: 1 } }}
      />
      <SlotsField slots={draft.values.slots} zone={automation.time_zone} disabled={fixed} onChange={(slots) => draft.type({ slots })} />
      <AutoPublishField
        automation={automation}
        plan={draft.values}
        owner={channel.owner_id ?? undefined}
        disabled={fixed}
        onType={draft.type}
      />
      <Box sx={{ color: "text.secondary", fontSize: 13 }}>{meaning(automation, draft.values)}</Box>
      {save.error && (
        <SaveConflict
          error={save.error}
          theirs={draft.theirs.map((part) => FIELD_LABELS[part])}
          onMine={() => put(automation.etag)}
          onTheirs={drop}
        />
      )}
      {!fixed && (
        <SuccessMessage
          saved={save.isSuccess && !draft.changed}
          action={
            <DraftActions
              changed={draft.changed}
              fault={saveBlockedReason(automation, draft.values)}
              isConflicting={isStale(save.error)}
              isPending={save.isPending}
              onDiscard={drop}
            />
          }
        />
      )}
    </Box>
  );
}
