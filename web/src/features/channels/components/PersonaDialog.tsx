import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import type { Persona, PersonaRow, Tagged } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { useSavePersona } from "../hooks/channels";
import { lowContrast, PLAIN } from "../hooks/personas";
import { LookFields, VoiceFields } from "./PersonaFields";

interface Props {
  /** The one to change; null makes one. */
  row: Tagged<PersonaRow> | null;
  onClose: () => void;
  onSaved?: (row: PersonaRow) => void;
}

export function PersonaDialog({ row, onClose, onSaved }: Props) {
  const save = useSavePersona();
  const [persona, setPersona] = useState<Persona>(row?.definition ?? PLAIN);
  const type = (part: Partial<Persona>) => setPersona((now) => ({ ...now, ...part }));
  const unreadable = lowContrast(persona.brand);

  function submit(event: FormEvent) {
    event.preventDefault();
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
      {/* it may lie in another form's dialog */}
      <form
        onSubmit={(event) => {
          event.stopPropagation();
          submit(event);
        }}>
        <DialogContent sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, pt: "8px !important" }}>
          <TextField
            label="Name"
            size="small"
            value={persona.name}
            required
            autoFocus
            onChange={(event) => type({ name: event.target.value })}
            slotProps={{ htmlInput: { maxLength: 100 } }}
          />
          <TextField
            label="Closing line"
            size="small"
            value={persona.sign_off}
            required
            onChange={(event) => type({ sign_off: event.target.value })}
            helperText="Spoken at the end of every video."
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
          <VoiceFields voice={persona.voice} onType={(part) => type({ voice: { ...persona.voice, ...part } })} />
          <LookFields brand={persona.brand} onType={(part) => type({ brand: { ...persona.brand, ...part } })} />
          {unreadable.map((text) => (
            <Box key={text} sx={{ color: "warning.main", fontSize: 13 }}>
              ! {text}
            </Box>
          ))}
          {save.error && (
            <ErrorAlert
              error={save.error}
              messages={{
                precondition_failed:
                  "Someone else changed this persona since you opened it. Close this dialog and edit the current version.",
              }}
            />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={save.isPending} disabled={!persona.name.trim() || !persona.sign_off.trim()}>
            {row ? "Save" : "Create persona"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
