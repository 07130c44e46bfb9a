import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import { useForm, useWatch } from "react-hook-form";
import type { Persona, PersonaRow, Tagged } from "../../../api/client";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormTextField } from "../../../ui/form/FormTextField";
import { required } from "../../../ui/form/rules";
import { useSavePersona } from "../hooks/channels";
import { lowContrast, PLAIN } from "../hooks/personas";
import { LookFields, VoiceFields } from "./PersonaFields";

const STALE = {
  precondition_failed: "Someone else changed this persona since you opened it. Close this dialog and edit the current version.",
};

interface Props {
  /** The one to change; null makes one. */
  row: Tagged<PersonaRow> | null;
  onClose: () => void;
  onSaved?: (row: PersonaRow) => void;
}

export function PersonaDialog({ row, onClose, onSaved }: Props) {
  const save = useSavePersona();
  const form = useForm<Persona>({ defaultValues: row?.definition ?? PLAIN });
  const { control } = form;
  const unreadable = lowContrast(useWatch({ control, name: "brand" }));

  function submit({ voice, ...given }: Persona) {
    const persona = { ...given, voice: { ...voice, voice: voice.voice || null } };
    save.mutate(
      { persona, row },
      {
        onSuccess: (saved) => {
          onSaved?.(saved);
          onClose();
        },
      },
    );
  }

  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="persona">
      <DialogTitle id="persona">{row ? `Edit ${row.definition.name}` : "Create persona"}</DialogTitle>
      <DialogForm form={form} onSubmit={submit} submit={row ? "Save" : "Create persona"} mutation={save} messages={STALE} onClose={onClose}>
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
          name="sign_off"
          rules={required("Enter a closing line.")}
          label="Closing line"
          required
          helperText="Spoken at the end of every video."
          slotProps={{ htmlInput: { maxLength: 200 } }}
        />
        <VoiceFields form={form} />
        <LookFields control={control} />
        {unreadable.map((text) => (
          <Box key={text} sx={{ color: "warning.main", fontSize: 13 }}>
            ! {text}
          </Box>
        ))}
      </DialogForm>
    </Dialog>
  );
}
