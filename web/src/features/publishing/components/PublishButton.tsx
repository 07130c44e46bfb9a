import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Link from "@mui/material/Link";
import MenuItem from "@mui/material/MenuItem";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { Link as RouterLink } from "react-router";
import type { ListedChannel, Video } from "../../../api/client";
import { paths } from "../../../app/paths";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { momentIn, shownIn } from "../../../lib/zoned";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormTextField } from "../../../ui/form/FormTextField";
import { futureTime } from "../../../ui/form/rules";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { channelsQuery } from "../../channels/hooks/channels";
import { publicationQuery } from "../hooks/publication";
import { isForPublishing, type Privacy, usePublishVideo, type When } from "../hooks/publishing";

const PRIVACY: Record<Privacy, string> = {
  public: "Public",
  unlisted: "Unlisted: anyone with the link",
  private: "Private: only the channel",
};
const DAY_MS = 86_400_000;

/** Publishes a finished video, or says why it cannot be. Nothing, where there is nothing to publish. */
export function PublishButton({ video }: { video: Video }) {
  const [open, setOpen] = useState(false);
  const publication = useQuery({ ...publicationQuery(video.id), enabled: isForPublishing(video) }).data;
  const channel = useQuery(channelsQuery()).data?.items.find((one) => one.id === video.channel_id);
  // what is not known yet is not offered
  if (!channel || publication === undefined || !isForPublishing(video)) return null;
  // what its channel lacks is said by the dialog, with the way there
  const allowance = allowanceTo.publish(video, channel, publication);
  const isOfChannel = !allowance.allowed && allowance.isOfChannel;
  return (
    <>
      <ExplainedButton variant="contained" why={isOfChannel ? null : reasonOf(allowance)} onClick={() => setOpen(true)}>
        Publish
      </ExplainedButton>
      {open && (
        <PublishDialog video={video} channel={channel} why={isOfChannel ? reasonOf(allowance) : null} onClose={() => setOpen(false)} />
      )}
    </>
  );
}

interface DialogProps {
  video: Video;
  channel: ListedChannel;
  why: string | null;
  onClose: () => void;
}

function PublishDialog({ video, channel, why, onClose }: DialogProps) {
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="publish">
      <DialogTitle id="publish" sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>
        Publish on “{channel.name}” {channel.is_sandbox && <SandboxBadge />}
      </DialogTitle>
      {why === null ? (
        <PublishForm video={video} channel={channel} onClose={onClose} />
      ) : (
        <>
          <DialogContent>
            {why}{" "}
            <Link component={RouterLink} to={paths.channel(channel.id)}>
              Open channel
            </Link>
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Close</Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}

interface Values {
  choice: "now" | "slot" | "time";
  privacy: Privacy;
  /** At this time of the channel's zone. */
  time: string;
}

function PublishForm({ video, channel, onClose }: { video: Video; channel: ListedChannel; onClose: () => void }) {
  const zone = channel.time_zone;
  const form = useForm<Values>({
    mode: "onChange",
    defaultValues: { choice: "now", privacy: "public", time: shownIn(Date.now() + DAY_MS, zone) },
  });
  const { control } = form;
  const choice = useWatch({ control, name: "choice" });
  const publish = usePublishVideo(video.id);

  function submit({ privacy, time }: Values) {
    const when: When = choice === "now" ? { at: "now", privacy } : choice === "slot" ? { at: "slot" } : { at: momentIn(time, zone) };
    publish.mutate(when, { onSuccess: onClose });
  }

  return (
    <DialogForm form={form} onSubmit={submit} submit="Publish" mutation={publish} onClose={onClose}>
      <Controller
        control={control}
        name="choice"
        render={({ field }) => (
          <RadioGroup aria-label="When" {...field}>
            <FormControlLabel value="now" control={<Radio size="small" />} label="Now" />
            <FormControlLabel value="slot" control={<Radio size="small" />} label="At the next free slot of the channel" />
            <FormControlLabel value="time" control={<Radio size="small" />} label="At a time" />
          </RadioGroup>
        )}
      />
      {choice === "now" && (
        <FormTextField control={control} name="privacy" select label="Visibility">
          {Object.entries(PRIVACY).map(([value, text]) => (
            <MenuItem key={value} value={value}>
              {text}
            </MenuItem>
          ))}
        </FormTextField>
      )}
      {choice === "time" && (
        <FormTextField
          control={control}
          name="time"
          rules={futureTime(zone)}
          type="datetime-local"
          label="Time"
          helperText={`In the channel's time zone, ${zone}. The video is private until then.`}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: { required: true } }}
        />
      )}
      <Box sx={{ color: "text.secondary", fontSize: 13 }}>
        It is uploaded once, with its thumbnail and captions, within YouTube's quota, and declared as synthetic content.
      </Box>
    </DialogForm>
  );
}
