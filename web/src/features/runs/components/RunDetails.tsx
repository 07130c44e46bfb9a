import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Tab from "@mui/material/Tab";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Tabs from "@mui/material/Tabs";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import type { Run, Video } from "../../../api/client";
import { clockTime } from "../../../lib/dates";
import { bytes, timecode, labelOf } from "../../../lib/format";
import { useZone } from "../../accounts/hooks/me";
import { runLogQuery } from "../hooks/queries";
import { type Column, DataTable } from "../../../ui/DataTable";
import { ScrollBox } from "../../../ui/ScrollBox";
import { StatusMark } from "../../../ui/StatusChip";
import { REVIEW_CHECK_STATUS } from "../../../ui/statuses";

const TABS = ["script", "review", "publishing", "files", "log"] as const;
type TabName = (typeof TABS)[number];

interface Props {
  run: Run;
  video: Video | undefined;
  onSeek: (seconds: number) => void;
}

/** What the run found and made, one tab each; the tab is in the address. */
export function RunDetails({ run, video, onSeek }: Props) {
  const [search, setSearch] = useSearchParams();
  const asked = search.get("tab") as TabName | null;
  const tab = asked && TABS.includes(asked) ? asked : "script";
  return (
    <Box component="section" aria-label="Details" sx={{ mt: 3 }}>
      <Tabs
        value={tab}
        onChange={(_, next: TabName) => setSearch({ tab: next }, { replace: true })}
        sx={{ borderBottom: 1, borderColor: "line" }}>
        {TABS.map((name) => (
          <Tab key={name} value={name} label={labelOf(name)} />
        ))}
      </Tabs>
      <Box role="tabpanel" aria-label={labelOf(tab)} sx={{ py: 2 }}>
        {tab === "script" && <Script run={run} />}
        {tab === "review" && <Review run={run} />}
        {tab === "publishing" && <Publishing video={video} onSeek={onSeek} />}
        {tab === "files" && <Files video={video} />}
        {tab === "log" && <Log run={run} />}
      </Box>
    </Box>
  );
}

const Later = ({ what }: { what: string }) => <Typography sx={{ color: "text.secondary" }}>{what}</Typography>;

function Script({ run }: { run: Run }) {
  const evidence = run.steps.find((step) => step.name === "script")?.evidence as
    | { text?: string[]; planned_s?: number; shortfall?: string | null; model_fallback?: string | null; template_fallback?: string | null }
    | undefined;
  if (!evidence?.text) return <Later what="The script appears here as soon as it is written." />;
  const score = (run.steps.find((step) => step.name === "script_review")?.evidence as { score?: number } | undefined)?.score;
  return (
    <>
      <Typography sx={{ color: "text.secondary", mb: 1.5 }}>
        Planned length {Math.round(evidence.planned_s ?? 0)} s
        {score !== undefined && `; score ${score.toFixed(2)} of 1, at least 0.75 is required`}
        {evidence.shortfall && `. ${evidence.shortfall}`}
      </Typography>
      {evidence.model_fallback && (
        <Typography sx={{ color: "warning.main", mb: 1.5, maxWidth: "68ch" }}>
          Not written by the language model. {evidence.model_fallback}
        </Typography>
      )}
      {evidence.template_fallback && (
        <Typography sx={{ color: "warning.main", mb: 1.5, maxWidth: "68ch" }}>Script template: {evidence.template_fallback}</Typography>
      )}
      <Box
        component="ol"
        sx={{ m: 0, pl: 3, maxWidth: "68ch", "& li": { mb: 0.75, pl: 0.5 }, "& li::marker": { color: "text.secondary", fontSize: 12 } }}>
        {evidence.text.map((line, at) => (
          <li key={at}>{line}</li>
        ))}
      </Box>
    </>
  );
}

interface Check {
  name: string;
  ok: boolean;
  value: unknown;
  limit: unknown;
  reason?: string | null;
}

function Review({ run }: { run: Run }) {
  const checks = (run.steps.find((step) => step.name === "final_review")?.evidence as { checks?: Check[] } | undefined)?.checks;
  if (!checks) return <Later what="The checks of the rendered file appear here." />;
  return <DataTable stacked label="Checks" columns={CHECK_COLUMNS} rows={checks} rowKey={(check) => check.name} />;
}

const CHECK_COLUMNS: Column<Check>[] = [
  {
    header: "Check",
    cell: (check) => (
      <>
        <StatusMark status={REVIEW_CHECK_STATUS[check.ok ? "passed" : "failed"]} /> {labelOf(check.name)}
        {check.reason && <Box sx={{ color: "text.secondary" }}>{check.reason}</Box>}
      </>
    ),
  },
  { header: "Measured", kind: "number", align: "left", cell: (check) => plain(check.value) },
  { header: "Limit", kind: "number", align: "left", isMuted: true, cell: (check) => plain(check.limit) },
];

function plain(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.length ? value.map(plain).join(" … ") : "none";
  if (typeof value === "number") return String(Math.round(value * 1000) / 1000);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Publishing({ video, onSeek }: { video: Video | undefined; onSeek: (seconds: number) => void }) {
  if (!video) return <Later what="Title, description, chapters and tags appear here with the finished video." />;
  return (
    <Box sx={{ display: "grid", gap: 2, maxWidth: "72ch" }}>
      <div>
        <Typography variant="h2">{video.title}</Typography>
        <Typography sx={{ whiteSpace: "pre-line", mt: 1, overflowWrap: "anywhere" }}>{video.description}</Typography>
      </div>
      {video.chapters.length > 0 && (
        <Box component="ul" aria-label="Chapters" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {video.chapters.map((chapter) => (
            <li key={chapter.start_s}>
              <Link component="button" onClick={() => onSeek(chapter.start_s)} sx={{ fontVariantNumeric: "tabular-nums", mr: 1.5 }}>
                {timecode(chapter.start_s)}
              </Link>
              {chapter.title}
            </li>
          ))}
        </Box>
      )}
      <Typography sx={{ color: "text.secondary" }}>{video.tags.join(", ")}</Typography>
    </Box>
  );
}

function Files({ video }: { video: Video | undefined }) {
  if (!video) return <Later what="The video, its captions and thumbnails can be downloaded here when they are ready." />;
  const pictures = video.files.filter((file) => file.media_type === "image/jpeg");
  return (
    <>
      <Box sx={{ display: "grid", gridTemplateColumns: "repeat(3, 1fr)", gap: 2, mb: 2 }}>
        {pictures.map((file, at) => (
          <a key={file.name} href={file.url}>
            <Box component="img" src={file.url} alt={`Thumbnail ${at + 1}`} sx={{ width: 1, borderRadius: 1, display: "block" }} />
          </a>
        ))}
      </Box>
      <ScrollBox>
        <Table size="small" aria-label="Files">
          <TableBody>
            {video.files.map((file) => (
              <TableRow key={file.name}>
                <TableCell>
                  <Link href={`${file.url}&download=true`}>{file.name}</Link>
                </TableCell>
                <TableCell sx={{ textAlign: "right", fontVariantNumeric: "tabular-nums" }}>{bytes(file.size_bytes)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </ScrollBox>
    </>
  );
}

function Log({ run }: { run: Run }) {
  const log = useQuery(runLogQuery(run.id));
  const zone = useZone();
  return (
    <ScrollBox>
      <Table size="small" aria-label="Log">
        <TableBody>
          {log.data?.items.map((entry, at) => (
            <TableRow key={at}>
              <TableCell sx={{ whiteSpace: "nowrap", color: "text.secondary", fontVariantNumeric: "tabular-nums" }}>
                {clockTime(entry.at, zone)}
              </TableCell>
              <TableCell sx={{ whiteSpace: "nowrap" }}>{entry.step ? labelOf(entry.step) : "Run"}</TableCell>
              <TableCell sx={{ width: 1 }}>{entry.message}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </ScrollBox>
  );
}
