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
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link as RouterLink } from "react-router";
import type { ListedChannel, Video } from "../../../api/client";
import { paths } from "../../../app/paths";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { momentIn, shownIn } from "../../../lib/zoned";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { useNow } from "../../../ui/useNow";
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
        <Form video={video} channel={channel} onClose={onClose} />
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

function Form({ video, channel, onClose }: { video: Video; channel: ListedChannel; onClose: () => void }) {
  const zone = channel.time_zone;
  const now = useNow(10_000);
  const [choice, setChoice] = useState<"now" | "slot" | "time">("now");
  const [privacy, setPrivacy] = useState<Privacy>("public");
  const [shown, setShown] = useState(() => shownIn(now + DAY_MS, zone));
  const publish = usePublishVideo(video.id);
  const at = shown ? momentIn(shown, zone) : null;
  const past = choice === "time" && at !== null && at <= now;

  function submit(event: FormEvent) {
    event.preventDefault();
    const when: When = choice === "now" ? { at: "now", privacy } : choice === "slot" ? { at: "slot" } : { at: at! };
    publish.mutate(when, { onSuccess: onClose });
  }

  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 1.5, pt: 0 }}>
        <RadioGroup aria-label="When" value={choice} onChange={(_, value) => setChoice(value as typeof choice)}>
          <FormControlLabel value="now" control={<Radio size="small" />} label="Now" />
          <FormControlLabel value="slot" control={<Radio size="small" />} label="At the next free slot of the channel" />
          <FormControlLabel value="time" control={<Radio size="small" />} label="At a time" />
        </RadioGroup>
        {choice === "now" && (
          <TextField select size="small" label="Visibility" value={privacy} onChange={(event) => setPrivacy(event.target.value as Privacy)}>
            {Object.entries(PRIVACY).map(([value, text]) => (
              <MenuItem key={value} value={value}>
                {text}
              </MenuItem>
            ))}
          </TextField>
        )}
        {choice === "time" && (
          <TextField
            type="datetime-local"
            size="small"
            label="Time"
            required
            value={shown}
            onChange={(event) => setShown(event.target.value)}
            error={past}
            helperText={past ? "This time is in the past." : `In the channel's time zone, ${zone}. The video is private until then.`}
            slotProps={{ inputLabel: { shrink: true } }}
          />
        )}
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>
          It is uploaded once, with its thumbnail and captions, within YouTube's quota, and declared as synthetic content.
        </Box>
        {publish.error && <ErrorAlert error={publish.error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" disabled={past || (choice === "time" && at === null)} loading={publish.isPending}>
          Publish
        </Button>
      </DialogActions>
    </form>
  );
}
