import Box from "@mui/material/Box";
import type { Bucket, ProjectQuota } from "../../../api/client";
import { count } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { useZone } from "../../accounts/hooks/me";
import { type Cost, completeUploads, forUploads, inOrder, kindOf, PACIFIC, resetIn, roomOf, bucketStatusOf } from "../hooks/quota";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";
import { warning } from "../../../ui/statuses";

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
      {project.error && <StatusChip wrap status={warning(project.error)} />}
      {project.buckets[0] && <Reset at={project.buckets[0].resets_at} sandbox={project.is_sandbox} />}
      <Buckets project={project} cost={cost} />
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
  const columns: Column<Bucket>[] = [
    { header: "Bucket", kind: "name", cell: (one) => kindOf(one.bucket).name, detail: (one) => kindOf(one.bucket).about },
    { header: "Status", kind: "status", isWide: true, maxWidth: 260, cell: bucketStatusOf, detail: (one) => bucketStatusOf(one).means },
    { header: "Used", kind: "number", cell: (one) => amountOf(one, one.used) },
    { header: "Daily quota", kind: "number", cell: (one) => amountOf(one, one.allowed) },
    {
      header: "Left",
      kind: "number",
      cell: (one) => amountOf(one, one.left),
      detail: (one) => one.collection_allocation_today > 0 && `${count(one.collection_allocation_today)} for data collection`,
    },
    { header: "Complete uploads left", kind: "number", cell: (one) => <CompleteUploads bucket={one} cost={cost} /> },
  ];
  return (
    <DataTable
      alignTop
      stacked
      label={`Quota of ${project.name}`}
      columns={columns}
      rows={inOrder(project.buckets)}
      rowKey={(one) => one.bucket}
    />
  );
}

function amountOf({ bucket }: Bucket, amount: number) {
  return (
    <>
      {count(amount)}{" "}
      <Box component="span" sx={quiet}>
        {kindOf(bucket).unit}
      </Box>
    </>
  );
}

function CompleteUploads({ bucket, cost }: { bucket: Bucket; cost: Cost }) {
  const uploads = forUploads(bucket);
  const [left, daily] = [completeUploads(cost, bucket.bucket, uploads.left), completeUploads(cost, bucket.bucket, uploads.allowed)];
  if (left === null)
    return (
      <Box component="span" sx={quiet}>
        not needed
      </Box>
    );
  return (
    <>
      {count(left)} <Box sx={quiet}>{count(daily)} per day</Box>
    </>
  );
}
