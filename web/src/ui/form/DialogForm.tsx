import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import type { ReactNode } from "react";
import type { FieldValues, SubmitHandler, UseFormReturn } from "react-hook-form";
import { ErrorAlert } from "../ErrorAlert";
import { Form } from "./Form";
import { useServerErrors } from "./serverErrors";

interface Props<Values extends FieldValues> {
  form: UseFormReturn<Values>;
  onSubmit: SubmitHandler<Values>;
  /** On the button that sends it. */
  submit: string;
  /** Of that button. */
  color?: "primary" | "error";
  /** What is sent, and how it went. */
  mutation: { isPending: boolean; error: Error | null };
  /** Better words where the dialog knows more than the API says; by the problem's code. */
  messages?: Record<string, string>;
  onClose: () => void;
  children: ReactNode;
}

/** The content of a dialog that is a form: its fields, what went wrong, and its two buttons. */
export function DialogForm<Values extends FieldValues>({
  form,
  onSubmit,
  submit,
  color = "primary",
  mutation,
  messages,
  onClose,
  children,
}: Props<Values>) {
  const error = useServerErrors(form, mutation.error);
  return (
    <Form form={form} onSubmit={onSubmit}>
      <DialogContent sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, pt: "8px !important" }}>
        {children}
        {error && <ErrorAlert error={error} {...(messages && { messages })} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" color={color} loading={mutation.isPending}>
          {submit}
        </Button>
      </DialogActions>
    </Form>
  );
}
