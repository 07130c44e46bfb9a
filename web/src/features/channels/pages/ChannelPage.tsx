import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent } from "react";
import { Link as RouterLink, useParams } from "react-router";
import type { Channel, Strategy, Tagged } from "../../../api/client";
import { paths } from "../../../app/paths";
import { can, WHY_NOT } from "../../../lib/access";
import { useConfirm } from "../../../stores/confirm";
import { SuccessMessage } from "../../../ui/SuccessMessage";
import { DraftActions } from "../../../ui/DraftActions";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { FactList } from "../../../ui/FactList";
import { PageHeader } from "../../../ui/PageHeader";
import { isStale, SaveConflict } from "../../../ui/SaveConflict";
import { Section } from "../../../ui/Section";
import { StatusChip } from "../../../ui/StatusChip";
import { CHANNEL_STATUS } from "../../../ui/statuses";
import { useDraft } from "../../../ui/useDraft";
import { AutomationSection } from "../components/AutomationSection";
import { channelFault, ChannelFields, type Fields, type Values } from "../components/ChannelFields";
import { ConnectionSection } from "../components/ConnectionSection";
import { CollectionSection } from "../../collection/components/CollectionSection";
import { PersonaSection } from "../components/PersonaSection";
import { ChannelSandboxBadge } from "../components/ChannelSandboxBadge";
import { SharingSection } from "../components/SharingSection";
import { StrategyFields } from "../components/StrategyFields";
import { categoriesQuery, channelQuery, type Step, stepsFrom, useChangeChannel } from "../hooks/channels";
import { fits } from "../hooks/strategy";

/** One row, one version, and so one form. */
type Whole = Values & { strategy: Strategy };
const valuesOf = ({ name, description, category, time_zone, persona_id, strategy }: Channel): Whole => ({
  name,
  description,
  category,
  time_zone,
  persona_id,
  strategy,
});
const FIELD_LABELS: Record<keyof Whole, string> = {
  name: "name",
  description: "description",
  category: "category",
  time_zone: "time zone",
  persona_id: "persona",
  strategy: "strategy",
};

export function ChannelPage() {
  const { channelId = "" } = useParams();
  const found = useQuery(channelQuery(channelId));
  const channel = found.data;
  if (found.error && !channel) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!channel) return null;
  return (
    <>
      <Link component={RouterLink} to={paths.channels()} underline="hover" sx={{ color: "text.secondary", fontSize: 13 }}>
        Channels
      </Link>
      <Header channel={channel} />
      <Section
        title="Channel details"
        about="Name, description, audience, topics and blocked phrases. The time zone applies to its dates and publishing slots. Runs in progress keep the values they started with.">
        {can.manage(channel.access) ? <ChannelForm key={channel.id} channel={channel} /> : <ChannelFacts channel={channel} />}
      </Section>
      <ConnectionSection key={`connection ${channel.id}`} channel={channel} />
      <CollectionSection id={channel.id} />
      <AutomationSection key={`automation ${channel.id}`} channel={channel} />
      {can.manage(channel.access) && <SharingSection key={`sharing ${channel.id}`} channel={channel} />}
      <PersonaSection key={channel.persona_id} id={channel.persona_id} changeable={channel.access === "owner"} />
    </>
  );
}

function Header({ channel }: { channel: Tagged<Channel> }) {
  const change = useChangeChannel(channel.id);
  const ask = useConfirm((state) => state.ask);
  const status = CHANNEL_STATUS[channel.status];
  const take = (step: Step) =>
    ask({
      title: `${step.label} “${channel.name}”?`,
      body: step.body,
      action: `${step.label} channel`,
      harmless: step.harmless ?? false,
      onConfirm: () => change.mutate({ change: { status: step.to }, seen: channel.etag }),
    });
  return (
    <>
      <PageHeader
        title={channel.name}
        below={
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2, mt: 0.5, color: "text.secondary" }}>
            <StatusChip status={status} />
            <span>{status.means}</span>
            <ChannelSandboxBadge id={channel.id} />
          </Box>
        }
        actions={
          <>
            <Button component={RouterLink} to={paths.videos(channel.id)} color="inherit">
              View videos
            </Button>
            {can.manage(channel.access) &&
              stepsFrom(channel.status).map((step) => (
                <Button
                  key={step.to}
                  variant="outlined"
                  color={step.harmless ? "primary" : "error"}
                  disabled={change.isPending}
                  onClick={() => take(step)}>
                  {step.label}
                </Button>
              ))}
          </>
        }
      />
      {change.error && (
        <ErrorAlert
          error={change.error}
          messages={{
            precondition_failed:
              "Someone else changed this channel since you opened it. The current version is shown; try again if needed.",
          }}
        />
      )}
    </>
  );
}

/** For who may not change it. */
function ChannelFacts({ channel }: { channel: Channel }) {
  const categories = useQuery(categoriesQuery()).data?.items ?? [];
  return (
    <>
      <Box sx={{ color: "text.secondary", mb: 2.5 }}>{WHY_NOT.channel}</Box>
      <FactList
        facts={{
          Name: channel.name,
          Description: <Box sx={{ whiteSpace: "pre-line" }}>{channel.description || "none"}</Box>,
          Category: categories.find((one) => one.slug === channel.category)?.name ?? "none",
          "Time zone": channel.time_zone,
          Audience: channel.strategy.audience || "not set",
          Topics: channel.strategy.topics.join(", ") || "none",
          "Blocked phrases": channel.strategy.avoid.join(", ") || "none",
        }}
      />
    </>
  );
}

function ChannelForm({ channel }: { channel: Tagged<Channel> }) {
  const draft = useDraft(valuesOf(channel), channel.etag);
  const change = useChangeChannel(channel.id);
  const field = <Name extends keyof Values>(name: Name) => ({
    value: draft.values[name],
    onChange: (value: Values[Name]) => draft.type({ [name]: value }),
  });
  const fields: Fields = {
    name: field("name"),
    description: field("description"),
    category: field("category"),
    time_zone: field("time_zone"),
    persona_id: field("persona_id"),
  };

  function save(seen: string) {
    change.mutate({ change: draft.mine, seen }, { onSuccess: (saved) => draft.saved(valuesOf(saved), saved.etag) });
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    save(draft.seen);
  }
  function drop() {
    change.reset();
    draft.drop();
  }

  return (
    <Box
      component="form"
      aria-label="Channel details"
      onSubmit={submit}
      sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5, maxWidth: 640 }}>
      <ChannelFields fields={fields} owner={channel.owner_id ?? undefined} />
      <StrategyFields value={draft.values.strategy} onChange={(strategy) => draft.type({ strategy })} />
      {change.error && (
        <SaveConflict
          error={change.error}
          theirs={draft.theirs.map((part) => FIELD_LABELS[part])}
          onMine={() => save(channel.etag)}
          onTheirs={drop}
        />
      )}
      <SuccessMessage
        saved={change.isSuccess && !draft.changed}
        action={
          <DraftActions
            changed={draft.changed}
            fault={channelFault(draft.values) ?? (fits(draft.values.strategy) ? null : "Correct what is marked.")}
            isConflicting={isStale(change.error)}
            isPending={change.isPending}
            onDiscard={drop}
          />
        }
      />
    </Box>
  );
}
