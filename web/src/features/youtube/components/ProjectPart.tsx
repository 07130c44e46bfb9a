import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { Bucket, ProjectQuota } from "../../../api/client";
import { count } from "../../../lib/format";
import { Part } from "../../../ui/Part";
import { SandboxChip } from "../../../ui/SandboxChip";
import { State } from "../../../ui/State";
import { useZone } from "../../accounts/hooks/me";
import { type Cost, dressed, forUploads, inOrder, kindOf, PACIFIC, resetIn, roomOf, standingOf } from "../hooks/quota";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;
const quiet = { color: "text.secondary", fontSize: 12 } as const;

/** One API project, and its buckets today. */
export function ProjectPart({ project, cost }: { project: ProjectQuota; cost: Cost }) {
  return (
    <Part title={project.name} aside={<Box sx={{ display: "flex", gap: 1.5, alignItems: "center" }}>{project.is_testing && !project.is_sandbox && <span>in testing mode: consents end after 7 days</span>}{project.is_sandbox && <SandboxChip />}</Box>}
      about={<Room project={project} cost={cost} />}>
      {project.declared_client && <Box sx={{ ...quiet, mb: 1 }}>Another client than the others: {project.declared_client}</Box>}
      {project.trouble && <State tone="warning" mark="!">{project.trouble}</State>}
      {project.buckets[0] && <Reset at={project.buckets[0].resets_at} sandbox={project.is_sandbox} />}
      {project.buckets.length > 0 && <Buckets project={project} cost={cost} />}
    </Part>
  );
}

function Room({ project, cost }: { project: ProjectQuota; cost: Cost }) {
  const room = roomOf(cost, project.buckets);
  if (!room) return null;
  if (room.left === 0) return <>No room for another dressed upload today: what is left of the {kindOf(room.first).name.toLowerCase()} is too little. A day has {count(room.allowed)}.</>;
  return <>Room for {count(room.left)} more dressed {room.left === 1 ? "upload" : "uploads"} today, {count(room.allowed)} in a whole day; {kindOf(room.first).name.toLowerCase()} end first.</>;
}

/** All buckets of a project begin anew at the same midnight. */
function Reset({ at, sandbox }: { at: string; sandbox: boolean }) {
  const zone = useZone();
  return (
    <Box sx={{ color: "text.secondary", fontSize: 13, mb: 1 }}>
      Resets on <time dateTime={at}>{resetIn(at, zone)}</time> in {zone}, which is {resetIn(at, PACIFIC)} Pacific{sandbox && ", by the sandbox's own clock"}.
    </Box>
  );
}

function Buckets({ project, cost }: { project: ProjectQuota; cost: Cost }) {
  return (
    <Table size="small" aria-label={`Quota of ${project.name}`} sx={{ "& td": { verticalAlign: "top" } }}>
      <TableHead>
        <TableRow>
          <TableCell>What</TableCell><TableCell>State</TableCell><TableCell sx={right}>Used</TableCell><TableCell sx={right}>Allowed a day</TableCell><TableCell sx={right}>Left</TableCell>
          <TableCell sx={right}>Dressed uploads left</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>{inOrder(project.buckets).map((one) => <BucketRow key={one.bucket} bucket={one} cost={cost} />)}</TableBody>
    </Table>
  );
}

function BucketRow({ bucket, cost }: { bucket: Bucket; cost: Cost }) {
  const [kind, standing] = [kindOf(bucket.bucket), standingOf(bucket)];
  const uploads = forUploads(bucket);
  const [left, daily] = [dressed(cost, bucket.bucket, uploads.left), dressed(cost, bucket.bucket, uploads.allowed)];
  const amount = (value: number) => <>{count(value)} <Box component="span" sx={quiet}>{kind.unit}</Box></>;
  return (
    <TableRow>
      <TableCell><Box sx={{ fontWeight: 550 }}>{kind.name}</Box><Box sx={quiet}>{kind.about}</Box></TableCell>
      <TableCell sx={{ maxWidth: 260 }}><State tone={standing.tone} mark={standing.mark}>{standing.words}</State>{standing.means && <Box sx={quiet}>{standing.means}</Box>}</TableCell>
      <TableCell sx={right}>{amount(bucket.used)}</TableCell>
      <TableCell sx={right}>{amount(bucket.allowed)}</TableCell>
      <TableCell sx={right}>{amount(bucket.left)}{bucket.kept_for_reading > 0 && <Box sx={quiet}>{count(bucket.kept_for_reading)} for reading figures</Box>}</TableCell>
      <TableCell sx={right}>{left === null ? <Box component="span" sx={quiet}>takes none</Box> : <>{count(left)} <Box sx={quiet}>{count(daily)} in a whole day</Box></>}</TableCell>
    </TableRow>
  );
}
