import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link as RouterLink, useParams } from "react-router";
import type { Run } from "../../../api/client";
import { paths } from "../../../app/paths";
import { can } from "../../../lib/access";
import { duration, usd, labelOf } from "../../../lib/format";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { StatusChip } from "../../../ui/StatusChip";
import { RUN_STATUS } from "../../../ui/statuses";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { RunDetails } from "../components/RunDetails";
import { StepTable } from "../components/StepTable";
import { lengthOf, remaining } from "../hooks/progress";
import { Player } from "../../videos/components/Player";
import { PublishButton } from "../../publishing/components/PublishButton";
import { videoQuery } from "../../videos/hooks/videos";
import { isActive, runQuery, runsQuery, useCancelRun, useRetryRun } from "../hooks/queries";

export function RunPage() {
  const { runId = "" } = useParams();
  const found = useQuery(runQuery(runId));
  const run = found.data;
  const video = useQuery(videoQuery(run?.video_id ?? "", run?.status === "completed"));
  const player = useRef<HTMLVideoElement>(null);

  function seek(seconds: number) {
    if (!player.current) return;
    player.current.currentTime = seconds;
    player.current.scrollIntoView({ behavior: "smooth", block: "center" });
    void player.current.play();
  }

  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!run) return null;
  return (
    <>
      <Link component={RouterLink} to={paths.runs()} underline="hover" sx={{ color: "text.secondary", fontSize: 13 }}>
        Runs
      </Link>
      <PageHeader
        title={run.title}
        below={<Summary run={run} />}
        actions={
          can.write(run.access) && (
            <>
              {video.data && <PublishButton video={video.data} />}
              <Actions run={run} />
            </>
          )
        }
      />
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", md: "minmax(0, 7fr) minmax(0, 6fr)" }, gap: 4, alignItems: "start" }}>
        <Box component="section" aria-label="Video">
          <Player format={run.format} video={video.data} player={player}>
            {waiting(run)}
          </Player>
          <RunDetails run={run} video={video.data} onSeek={seek} />
        </Box>
        <Box component="section" aria-label="Progress">
          <StepTable run={run} />
        </Box>
      </Box>
    </>
  );
}

/** The answer to "how is it?" in one line: state, how far, how long, how much, how long still. */
function Summary({ run }: { run: Run }) {
  const now = useNow(1000);
  const others = useQuery({ ...runsQuery(), enabled: isActive(run) });
  const done = run.steps.filter((step) => step.status === "completed").length;
  const started = run.started_at ? Date.parse(run.started_at) : now;
  const elapsed = Math.max(0, (run.completed_at ? Date.parse(run.completed_at) : now) - started) / 1000;
  const left = isActive(run) ? remaining(run, others.data?.items ?? [], now) : null;
  const facts = [
    isActive(run) ? `${done} of ${run.steps.length} steps` : null,
    `${duration(elapsed)} ${isActive(run) ? "elapsed" : "total"}`,
    `${usd(run.cost_usd)} USD`,
    left ? `about ${duration(left.seconds)} left, based on ${left.basis} earlier ${left.basis === 1 ? "run" : "runs"}` : null,
    `${lengthOf(run)}${run.duration_seconds ? " long" : ""}, ${run.format}`,
    run.channel_name,
  ].filter((fact) => fact !== null);
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        columnGap: 2,
        rowGap: 0.5,
        mt: 0.5,
        color: "text.secondary",
        fontVariantNumeric: "tabular-nums",
      }}>
      <StatusChip status={RUN_STATUS[run.status]} />
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
      <span>
        requested <TimeAgo at={run.created_at} />
      </span>
    </Box>
  );
}

function Actions({ run }: { run: Run }) {
  const cancel = useCancelRun(run.id);
  const retry = useRetryRun(run.id);
  const ask = useConfirm((state) => state.ask);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const error = cancel.error ?? retry.error;
  const failure = error && (
    <Typography variant="body2" sx={{ color: "error.main", mt: 1, maxWidth: 260 }}>
      {error.message}
    </Typography>
  );
  const stopped = run.steps.findIndex((step) => step.status !== "completed");
  const offered = stopped < 0 ? run.steps : run.steps.slice(0, stopped + 1);
  if (isActive(run)) {
    const question = {
      title: "Cancel this run?",
      action: "Cancel run",
      dismiss: "Keep running",
      onConfirm: () => cancel.mutate(),
      body: "Completed steps are kept. You can run it again from where it stopped.",
    };
    return (
      <Box>
        <Button variant="outlined" color="error" disabled={cancel.isPending} onClick={() => ask(question)}>
          Cancel
        </Button>
        {failure}
      </Box>
    );
  }
  return (
    <Box>
      <Button variant="outlined" aria-haspopup="menu" onClick={(event) => setAnchor(event.currentTarget)} disabled={retry.isPending}>
        Run again from …
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {offered.map((step) => (
          <MenuItem
            key={step.name}
            onClick={() => {
              setAnchor(null);
              retry.mutate(step.name);
            }}>
            {labelOf(step.name)}
          </MenuItem>
        ))}
      </Menu>
      {failure}
    </Box>
  );
}

function waiting(run: Run): string {
  if (run.status === "pending" || run.status === "running") return "The video appears here after its review.";
  if (run.status === "refused") return "The review refused this video. See the step for the reasons.";
  return run.status === "cancelled" ? "This run was cancelled. There is no video." : "This run ended without a video.";
}
