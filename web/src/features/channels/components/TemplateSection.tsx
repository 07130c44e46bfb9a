import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TemplateRow } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { type Column, DataTable } from "../../../ui/DataTable";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SubSection } from "../../../ui/SubSection";
import { duration, percent } from "../../../lib/format";
import { meQuery } from "../../accounts/hooks/me";
import { templateQuery, templatesQuery, useDeleteTemplate } from "../hooks/templates";
import { TemplateDialog } from "./TemplateDialog";

const ABOUT = "What the videos of one kind have in common: texts, length, targets, and settings of script, voice and look.";

/** One's own templates, and those that others share. */
export function TemplateSection() {
  const list = useQuery(templatesQuery());
  const me = useQuery(meQuery()).data;
  const remove = useDeleteTemplate();
  const ask = useConfirm((state) => state.ask);
  const [creating, setCreating] = useState(false);
  const [edited, setEdited] = useState<string | null>(null);
  const create = (
    <Button variant="outlined" onClick={() => setCreating(true)}>
      Create template
    </Button>
  );
  const askToDelete = ({ id, name }: TemplateRow) =>
    ask({
      title: `Delete the template “${name}”?`,
      body: "Runs that were ordered with it keep their copy. No new video can be ordered with it.",
      action: "Delete template",
      onConfirm: () => remove.mutate(id),
    });
  const columns = [
    ...COLUMNS,
    {
      kind: "actions",
      isWide: true,
      cell: (row: TemplateRow) =>
        row.owner_id === me?.id ? (
          <>
            <Button size="small" aria-label={`Edit ${row.name}`} onClick={() => setEdited(row.id)}>
              Edit
            </Button>
            <Button size="small" color="error" aria-label={`Delete ${row.name}`} onClick={() => askToDelete(row)}>
              Delete
            </Button>
          </>
        ) : (
          <Box component="span" sx={{ color: "text.secondary" }}>
            Only its owner can edit it
          </Box>
        ),
    } satisfies Column<TemplateRow>,
  ];
  return (
    <Box sx={{ mt: 5 }}>
      <SubSection title="Templates" about={ABOUT} aside={Boolean(list.data?.items.length) && create}>
        {list.error && <ErrorAlert error={list.error} onRetry={() => void list.refetch()} />}
        {remove.error && <ErrorAlert error={remove.error} />}
        {list.data && (
          <DataTable
            stacked
            label="Templates"
            columns={columns}
            rows={list.data.items}
            rowKey={(row) => row.id}
            empty={<EmptyState title="No templates yet" body="A template can be chosen for each new video." action={create} />}
          />
        )}
      </SubSection>
      {creating && <TemplateDialog row={null} onClose={() => setCreating(false)} />}
      {edited && <EditTemplate id={edited} onClose={() => setEdited(null)} />}
    </Box>
  );
}

/** Of the version that the API has now: the list says nothing of versions. */
function EditTemplate({ id, onClose }: { id: string; onClose: () => void }) {
  const current = useQuery(templateQuery(id));
  if (current.error) return <ErrorAlert error={current.error} onRetry={() => void current.refetch()} />;
  return current.data ? <TemplateDialog row={current.data} onClose={onClose} /> : null;
}

const none = (
  <Box component="span" sx={{ color: "text.secondary" }}>
    –
  </Box>
);

const COLUMNS: Column<TemplateRow>[] = [
  {
    header: "Template",
    kind: "name",
    wrap: "anywhere",
    maxWidth: 320,
    cell: (row) => row.name,
    detail: (row) => row.shared && "shared with everyone here",
  },
  { header: "Niche", wrap: "anywhere", maxWidth: 200, cell: (row) => row.niche ?? none },
  { header: "Style", wrap: "anywhere", maxWidth: 200, cell: (row) => row.style ?? none },
  { header: "Length", kind: "number", cell: (row) => (row.seconds === null ? none : duration(row.seconds)) },
  { header: "Retention target", kind: "number", cell: (row) => percent(row.retention_target) },
  { header: "Engagement target", kind: "number", cell: (row) => percent(row.engagement_target) },
  { header: "Times used", kind: "number", cell: (row) => row.times_used },
  { header: "Average score", kind: "number", cell: (row) => row.average_score?.toFixed(3) ?? none },
];
