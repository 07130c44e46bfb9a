import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import { styled } from "@mui/material/styles";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { ApiError, type ListedChannel, type Options } from "../../../api/client";
import { paths } from "../../../app/paths";
import { can } from "../../../lib/access";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { channelsQuery } from "../../channels/hooks/channels";
import { useCreateRun } from "../hooks/queries";

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

export function NewRunDialog({ onClose }: { onClose: () => void }) {
  const [key] = useState(() => crypto.randomUUID());
  const [name, setName] = useState("pasted text.md");
  const [text, setText] = useState("");
  const [picked, setPicked] = useState("");
  const [seconds, setSeconds] = useState(60);
  const [format, setFormat] = useState<Options["format"]>("16:9");
  const channels = useQuery(channelsQuery()).data?.items;
  const open = channels?.filter((one) => blockedReason(one) === null);
  const channel = picked || (open?.[0]?.id ?? "");
  const create = useCreateRun();
  const navigate = useNavigate();

  async function readFile(file: File | undefined) {
    if (!file) return;
    setName(file.name);
    setText(await file.text());
  }

  const earlier = create.error instanceof ApiError && create.error.code === "duplicate_source" ? create.error : null;

  function make(allowDuplicate: boolean) {
    const order = {
      source_name: name,
      source_text: text,
      channel_id: channel,
      allow_duplicate: allowDuplicate,
      options: { seconds, format, language: "en" },
    };
    create.mutate({ order, key }, { onSuccess: (run) => navigate(paths.run(run.id)) });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    make(false);
  }

  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby="new-video">
      <form onSubmit={submit}>
        <DialogTitle id="new-video">New video</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
          <Box sx={{ display: "flex", gap: 2, alignItems: "center" }}>
            <Button component="label" variant="outlined" sx={{ flexShrink: 0 }}>
              Choose file
              <input
                type="file"
                hidden
                accept=".md,.markdown,.txt,.html,.htm"
                onChange={(event) => void readFile(event.target.files?.[0])}
              />
            </Button>
            <Box sx={{ color: "text.secondary", fontSize: 13 }}>
              {text ? name : "Markdown, plain text or HTML. Or paste the text below."}
            </Box>
          </Box>
          <TextField
            label="Text"
            value={text}
            onChange={(event) => setText(event.target.value)}
            multiline
            minRows={8}
            maxRows={14}
            required
            autoFocus
            placeholder="An article of at least a few paragraphs, in English"
          />
          <Box sx={{ display: "grid", gridTemplateColumns: "2fr 1fr 1fr", gap: 2 }}>
            <TextField
              select
              label="Channel"
              value={channel}
              onChange={(event) => setPicked(event.target.value)}
              slotProps={{ inputLabel: { shrink: true } }}
              error={open?.length === 0}
              helperText={open?.length === 0 && "No channel with write access. Create a channel, or ask for one to be shared with you."}>
              {channels?.map((one) => (
                <ChannelItem key={one.id} value={one.id} disabled={blockedReason(one) !== null}>
                  {one.name}
                  <Why>{blockedReason(one)}</Why>
                </ChannelItem>
              ))}
            </TextField>
            <TextField select label="Length" value={seconds} onChange={(event) => setSeconds(Number(event.target.value))}>
              {LENGTHS.map((length) => (
                <MenuItem key={length} value={length}>
                  {length} s
                </MenuItem>
              ))}
            </TextField>
            <TextField select label="Format" value={format} onChange={(event) => setFormat(event.target.value as Options["format"])}>
              <MenuItem value="16:9">16:9, landscape</MenuItem>
              <MenuItem value="9:16">9:16, portrait</MenuItem>
            </TextField>
          </Box>
          {earlier && (
            <Alert
              severity="warning"
              variant="outlined"
              action={
                <Button color="inherit" size="small" onClick={() => make(true)}>
                  Create another video
                </Button>
              }>
              {earlier.message} {earlier.refersTo.run_id && <Link to={paths.run(earlier.refersTo.run_id)}>View it</Link>}
            </Alert>
          )}
          {create.error && !earlier && <ErrorAlert error={create.error} />}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={!text.trim() || !channel || create.isPending}>
            {create.isPending ? "Creating …" : "Create video"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
