import Box from "@mui/material/Box";
import type { SxProps, Theme } from "@mui/material/styles";
import type { KeyboardEventHandler, ReactNode } from "react";
import type { FieldValues, SubmitHandler, UseFormReturn } from "react-hook-form";

interface Props<Values extends FieldValues> {
  form: UseFormReturn<Values>;
  /** Called once all fields are right; otherwise the first that is wrong takes the focus. */
  onSubmit: SubmitHandler<Values>;
  label?: string;
  onKeyDown?: KeyboardEventHandler;
  sx?: SxProps<Theme>;
  children: ReactNode;
}

/** A form whose fields say themselves what is wrong with them. */
export function Form<Values extends FieldValues>({ form, onSubmit, label, onKeyDown, sx, children }: Props<Values>) {
  return (
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-element-interactions -- a form may listen to the keys of its fields
    <Box
      component="form"
      noValidate
      aria-label={label}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        // a dialog of another form's lies inside that form for React
        event.stopPropagation();
        void form.handleSubmit(onSubmit)(event);
      }}
      sx={sx ?? {}}>
      {children}
    </Box>
  );
}
