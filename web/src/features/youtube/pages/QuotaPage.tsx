import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorNote } from "../../../ui/ErrorNote";
import { PageHeader } from "../../../ui/PageHeader";
import { TimeAgo } from "../../../ui/TimeAgo";
import { ProjectPart } from "../components/ProjectPart";
import { dressedWords, quotaQuery } from "../hooks/quota";

export function QuotaPage() {
  const found = useQuery(quotaQuery());
  const projects = found.data?.items ?? [];
  return (
    <>
      <PageHeader title="Quota" below={found.data && <Box sx={{ color: "text.secondary", mt: 0.5 }}>What is left today of what YouTube allows each API project, as of <TimeAgo at={new Date(found.dataUpdatedAt).toISOString()} />. {dressedWords(found.data.dressed)}</Box>} />
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !projects.length && <EmptyState title="No API project" body="Without one no channel can be connected to YouTube. `ytempire up` brings a sandbox; docs/youtube.md says how to add a real one." />}
      {found.data && projects.map((one) => <ProjectPart key={one.id} project={one} cost={found.data.dressed.cost} />)}
    </>
  );
}
