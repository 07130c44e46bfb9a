import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { Bucket, ProjectQuota } from "../../../api/client";
import { count } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { State } from "../../../ui/State";
import { useZone } from "../../accounts/hooks/me";
import { type Cost, completeUploads, forUploads, inOrder, kindOf, PACIFIC, resetIn, roomOf, bucketStatusOf } from "../hooks/quota";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;
const quiet = { color: "text.secondary", fontSize: 12 } as const;

/** One API project, and its buckets today. */
export function ProjectQuotaSection({ project, cost }: { project: ProjectQuota; cost: Cost }) {
  return (
    <SubSection
      title={project.name}
      aside={
        <Box sx={{ display: "flex", gap: 1.5, alignItems: "center" }}>
          {project.is_testing && !project.is_sandbox && <span>in testing mode: consents expire after 7 days</span>}
          {project.is_sandbox && <SandboxBadge />}
        </Box>
      }
      about={<Room project={project} cost={cost} />}>
      {project.declared_client && <Box sx={{ ...quiet, mb: 1 }}>Uses a different client: {project.declared_client}</Box>}
      {project.error && (
        <State tone="warning" mark="!">
          {project.error}
        </State>
      )}
      {project.buckets[0] && <Reset at={project.buckets[0].resets_at} sandbox={project.is_sandbox} />}
      {project.buckets.length > 0 && <Buckets project={project} cost={cost} />}
    </SubSection>
  );
}

function Room({ project, cost }: { project: ProjectQuota; cost: Cost }) {
  const room = roomOf(cost, project.buckets);
  if (!room) return null;
  if (room.left === 0)
    return (
      <>
        No complete upload possible today: too few {kindOf(room.first).name.toLowerCase()} left. A day has room for {count(room.allowed)}.
      </>
    );
  return (
    <>
      Room for {count(room.left)} more complete {room.left === 1 ? "upload" : "uploads"} today, {count(room.allowed)} per day;{" "}
      {kindOf(room.first).name.toLowerCase()} run out first.
    </>
  );
}

/** All buckets of a project are reset at the same midnight. */
function Reset({ at, sandbox }: { at: string; sandbox: boolean }) {
  const zone = useZone();
  return (
    <Box sx={{ color: "text.secondary", fontSize: 13, mb: 1 }}>
      Resets on <time dateTime={at}>{resetIn(at, zone)}</time> in {zone}, which is {resetIn(at, PACIFIC)} Pacific
      {sandbox && ", by the sandbox's clock"}.
    </Box>
  );
}

function Buckets({ project, cost }: { project: ProjectQuota; cost: Cost }) {
  return (
    <Table size="small" aria-label={`Quota of ${project.name}`} sx={{ "& td": { verticalAlign: "top" } }}>
      <TableHead>
        <TableRow>
          <TableCell>Bucket</TableCell>
          <TableCell>Status</TableCell>
          <TableCell sx={right}>Used</TableCell>
          <TableCell sx={right}>Daily quota</TableCell>
          <TableCell sx={right}>Left</TableCell>
          <TableCell sx={right}>Complete uploads left</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {inOrder(project.buckets).map((one) => (
          <BucketRow key={one.bucket} bucket={one} cost={cost} />
        ))}
      </TableBody>
    </Table>
  );
}

function BucketRow({ bucket, cost }: { bucket: Bucket; cost: Cost }) {
  const [kind, status] = [kindOf(bucket.bucket), bucketStatusOf(bucket)];
  const uploads = forUploads(bucket);
  const [left, daily] = [completeUploads(cost, bucket.bucket, uploads.left), completeUploads(cost, bucket.bucket, uploads.allowed)];
  const amount = (value: number) => (
    <>
      {count(value)}{" "}
      <Box component="span" sx={quiet}>
        {kind.unit}
      </Box>
    </>
  );
  return (
    <TableRow>
      <TableCell>
        <Box sx={{ fontWeight: 550 }}>{kind.name}</Box>
        <Box sx={quiet}>{kind.about}</Box>
      </TableCell>
      <TableCell sx={{ maxWidth: 260 }}>
        <State tone={status.tone} mark={status.mark}>
          {status.text}
        </State>
        {status.means && <Box sx={quiet}>{status.means}</Box>}
      </TableCell>
      <TableCell sx={right}>{amount(bucket.used)}</TableCell>
      <TableCell sx={right}>{amount(bucket.allowed)}</TableCell>
      <TableCell sx={right}>
        {amount(bucket.left)}
        {bucket.collection_allocation_today > 0 && <Box sx={quiet}>{count(bucket.collection_allocation_today)} for data collection</Box>}
      </TableCell>
      <TableCell sx={right}>
        {left === null ? (
          <Box component="span" sx={quiet}>
            not needed
          </Box>
        ) : (
          <>
            {count(left)} <Box sx={quiet}>{count(daily)} per day</Box>
          </>
        )}
      </TableCell>
    </TableRow>
  );
}
