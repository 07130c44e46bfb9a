import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { TimeAgo } from "../../../ui/TimeAgo";
import { ProjectQuotaSection } from "../components/ProjectQuotaSection";
import { uploadCostLabel, quotaQuery } from "../hooks/quota";

export function QuotaPage() {
  const found = useQuery(quotaQuery());
  const projects = found.data?.items ?? [];
  return (
    <>
      <PageHeader
        title="Quota"
        below={
          found.data && (
            <Box sx={{ color: "text.secondary", mt: 0.5 }}>
              Quota left today in each API project, as of <TimeAgo at={new Date(found.dataUpdatedAt).toISOString()} />.{" "}
              {uploadCostLabel(found.data.complete_upload)}
            </Box>
          )
        }
      />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !projects.length && (
        <EmptyState
          title="No API project"
          body="Without one, no channel can be connected to YouTube. `ytempire up` adds a sandbox; docs/youtube.md describes how to add a real one."
        />
      )}
      {found.data && projects.map((one) => <ProjectQuotaSection key={one.id} project={one} cost={found.data.complete_upload.cost} />)}
    </>
  );
}
