import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import { styled } from "@mui/material/styles";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Control, useForm, type UseFormReturn, useWatch } from "react-hook-form";
import { Link, useNavigate } from "react-router";
import { ApiError, type ListedChannel, type Options } from "../../../api/client";
import { paths } from "../../../app/paths";
import { can } from "../../../lib/access";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormTextField } from "../../../ui/form/FormTextField";
import { required } from "../../../ui/form/rules";
import { channelsQuery } from "../../channels/hooks/channels";
import { templatesQuery } from "../../channels/hooks/templates";
import { useCreateRun } from "../hooks/queries";

const NO_CHANNEL = "No channel with write access. Create a channel, or ask for one to be shared with you.";
const LENGTHS = [30, 45, 60, 90, 120, 180, 300];

// one that cannot be picked says why, so it must be readable
const ChannelItem = styled(MenuItem)(({ theme }) => ({
  display: "flex",
  justifyContent: "space-between",
  gap: 16,
  "&.Mui-disabled": { opacity: 1, color: theme.palette.text.secondary },
}));
const Why = styled("span")({ fontSize: 12 });

/** Why no video can be created for a channel now; null where one can. */
const blockedReason = ({ access, status }: ListedChannel) =>
  !can.write(access) ? "read access only" : status === "active" ? null : status;

interface Values {
  source_text: string;
  /** Empty until the channels are known. */
  channel_id: string;
  /** Empty: none. */
  template_id: string;
  seconds: number;
  format: Options["format"];
}

export function NewRunDialog({ onClose }: { onClose: () => void }) {
  const [key] = useState(() => crypto.randomUUID());
  const form = useForm<Values>({
    defaultValues: { source_text: "", channel_id: "", template_id: "", seconds: 60, format: "16:9" },
  });
  const { control, setValue } = form;
  const text = useWatch({ control, name: "source_text" });
  const [name, setName] = useState("pasted text.md");
  const create = useCreateRun();
  const navigate = useNavigate();
  const duplicate = create.error instanceof ApiError && create.error.code === "duplicate_source" ? create.error : null;

  async function readFile(file: File | undefined) {
    if (!file) return;
    setName(file.name);
    setValue("source_text", await file.text(), { shouldValidate: true });
  }

  function make({ seconds, format, template_id, ...given }: Values, allowDuplicate: boolean) {
    const options = { seconds, format, ...(template_id && { template_id }) };
    const order = { ...given, source_name: name, allow_duplicate: allowDuplicate, options };
    create.mutate({ order, key }, { onSuccess: (run) => navigate(paths.run(run.id)) });
  }

  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby="new-video">
      <DialogTitle id="new-video">New video</DialogTitle>
      <DialogForm
        form={form}
        onSubmit={(given) => make(given, false)}
        submit="Create video"
        mutation={{ isPending: create.isPending, error: duplicate ? null : create.error }}
        onClose={onClose}>
        <Box sx={{ display: "flex", gap: 2, alignItems: "center" }}>
          <Button component="label" variant="outlined" sx={{ flexShrink: 0 }}>
            Choose file
            <input type="file" hidden accept=".md,.markdown,.txt,.html,.htm" onChange={(event) => void readFile(event.target.files?.[0])} />
          </Button>
          <Box sx={{ color: "text.secondary", fontSize: 13 }}>{text ? name : "Markdown, plain text or HTML. Or paste the text below."}</Box>
        </Box>
        <FormTextField
          control={control}
          name="source_text"
          rules={required("Choose a file or paste a text.")}
          size="medium"
          label="Text"
          multiline
          minRows={8}
          maxRows={14}
          autoFocus
          slotProps={{ htmlInput: { required: true } }}
          placeholder="An article of at least a few paragraphs, in English, Spanish, French, Italian or Portuguese"
        />
        <Box sx={{ display: "grid", gridTemplateColumns: "2fr 1fr 1fr", gap: 2 }}>
          <WritableChannelField form={form} />
          <LengthField control={control} />
          <FormTextField control={control} name="format" size="medium" select label="Format">
            <MenuItem value="16:9">16:9, landscape</MenuItem>
            <MenuItem value="9:16">9:16, portrait</MenuItem>
          </FormTextField>
        </Box>
        <TemplateField form={form} />
        {duplicate && (
          <Alert
            severity="warning"
            variant="outlined"
            action={
              <Button color="inherit" size="small" onClick={() => void form.handleSubmit((given) => make(given, true))()}>
                Create another video
              </Button>
            }>
            {duplicate.message} {duplicate.refersTo.run_id && <Link to={paths.run(duplicate.refersTo.run_id)}>View it</Link>}
          </Alert>
        )}
      </DialogForm>
    </Dialog>
  );
}

/** The usual lengths, and the one that is chosen: a template may have any other. */
function LengthField({ control }: { control: Control<Values> }) {
  const chosen = useWatch({ control, name: "seconds" });
  const lengths = LENGTHS.includes(chosen) ? LENGTHS : [...LENGTHS, chosen].sort((one, other) => one - other);
  return (
    <FormTextField control={control} name="seconds" size="medium" select label="Length">
      {lengths.map((length) => (
        <MenuItem key={length} value={length}>
          {length} s
        </MenuItem>
      ))}
    </FormTextField>
  );
}

/** What the video has in common with others of its kind. A template's length is taken over, and can still be changed. */
function TemplateField({ form: { control, setValue } }: { form: UseFormReturn<Values> }) {
  const list = useQuery(templatesQuery());
  const templates = list.data?.items ?? [];
  function takeLength(id: string) {
    const seconds = templates.find((template) => template.id === id)?.seconds;
    if (seconds != null) setValue("seconds", seconds);
  }
  return (
    <FormTextField
      control={control}
      name="template_id"
      size="medium"
      select
      label="Template"
      onPick={takeLength}
      helperText={list.error && `Templates could not be loaded: ${list.error.message}`}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}>
      <MenuItem value="">None</MenuItem>
      {templates.map(({ id, name }) => (
        <MenuItem key={id} value={id}>
          {name}
        </MenuItem>
      ))}
    </FormTextField>
  );
}

/** The channel of the video: the first one that may get one, until another is picked. */
function WritableChannelField({ form: { control, setValue, getValues } }: { form: UseFormReturn<Values> }) {
  const channels = useQuery(channelsQuery()).data?.items;
  const first = channels?.find((channel) => blockedReason(channel) === null)?.id;
  useEffect(() => {
    const picked = channels?.find((channel) => channel.id === getValues("channel_id"));
    if (first && (!picked || blockedReason(picked) !== null)) setValue("channel_id", first, { shouldValidate: true });
  }, [channels, first, getValues, setValue]);
  return (
    <FormTextField
      control={control}
      name="channel_id"
      rules={required(channels && !first ? NO_CHANNEL : "Pick a channel.")}
      size="medium"
      select
      label="Channel"
      slotProps={{ inputLabel: { shrink: true } }}
      helperText={channels && !first && NO_CHANNEL}>
      {channels?.map((channel) => (
        <ChannelItem key={channel.id} value={channel.id} disabled={blockedReason(channel) !== null}>
          {channel.name}
          <Why>{blockedReason(channel)}</Why>
        </ChannelItem>
      ))}
    </FormTextField>
  );
}
