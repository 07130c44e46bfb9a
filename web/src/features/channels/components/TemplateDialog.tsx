import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import { Controller, useForm } from "react-hook-form";
import type { Tagged, TemplateRow } from "../../../api/client";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormTextField } from "../../../ui/form/FormTextField";
import { FormToggle } from "../../../ui/form/FormToggle";
import { required } from "../../../ui/form/rules";
import { PhrasesField } from "../../../ui/PhrasesField";
import { bodyOf, type TemplateValues, useSaveTemplate, valuesOf } from "../hooks/templates";
import { TargetFields, TemplateScriptField, TemplateVisualFields, TemplateVoiceFields } from "./TemplateFields";

const STALE = {
  precondition_failed: "Someone else changed this template since you opened it. Close this dialog and edit the current version.",
};
const VARIABLES = "Variables: {title}, {topic}, {channel}, {date}, {summary}, {credits}.";

interface Props {
  /** The one to change; null makes one. */
  row: Tagged<TemplateRow> | null;
  onClose: () => void;
}

export function TemplateDialog({ row, onClose }: Props) {
  const save = useSaveTemplate();
  const form = useForm<TemplateValues>({ defaultValues: valuesOf(row) });
  const { control } = form;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="template">
      <DialogTitle id="template">{row ? `Edit ${row.name}` : "Create template"}</DialogTitle>
      <DialogForm
        form={form}
        onSubmit={(values) => save.mutate({ body: bodyOf(values), row }, { onSuccess: onClose })}
        submit={row ? "Save" : "Create template"}
        mutation={save}
        messages={STALE}
        onClose={onClose}>
        <FormTextField
          control={control}
          name="name"
          rules={required("Enter a name.")}
          label="Name"
          required
          autoFocus
          slotProps={{ htmlInput: { maxLength: 100 } }}
        />
        <FormTextField
          control={control}
          name="title"
          rules={required("Enter the text of the title, such as {title}.")}
          label="Title"
          required
          helperText={VARIABLES}
          slotProps={{ htmlInput: { maxLength: 200 } }}
        />
        <FormTextField
          control={control}
          name="description"
          rules={{ validate: (text) => text.includes("{credits}") || "Add {credits}, so that a source that asks to be named is named." }}
          label="Description"
          required
          multiline
          minRows={3}
          maxRows={8}
          slotProps={{ htmlInput: { maxLength: 5000 } }}
        />
        <Controller
          control={control}
          name="tags"
          render={({ field, fieldState }) => (
            <PhrasesField
              label="Tags"
              value={field.value}
              error={Boolean(fieldState.error)}
              helper={fieldState.error?.message ?? "They come before those of the script."}
              onChange={field.onChange}
            />
          )}
        />
        <TargetFields control={control} />
        <TemplateScriptField control={control} />
        <TemplateVoiceFields control={control} />
        <TemplateVisualFields control={control} />
        <FormToggle
          control={control}
          name="shared"
          kind="switch"
          label={(on) => (on ? "Shared: everyone here can use it" : "Private: only you can use it")}
        />
      </DialogForm>
    </Dialog>
  );
}
