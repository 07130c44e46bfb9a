import { useEffect, useMemo } from "react";
import { type FieldPath, type FieldValues, get, type UseFormReturn } from "react-hook-form";
import { ApiError } from "../../api/client";

interface FieldError {
  path: string;
  message: string;
}

/** What the API says of fields that are shown, by their names in the form, and whether that is all that it says. */
export function fieldErrorsOf(
  error: Error | null,
  values: object,
  isShown: (path: string) => boolean,
): { fields: FieldError[]; isAll: boolean } {
  if (!(error instanceof ApiError) || !error.fields.length) return { fields: [], isAll: false };
  const found = error.fields.map(({ path, message }) => {
    const known = knownPath(path, values);
    return { path: known !== null && isShown(known) ? known : null, message };
  });
  const fields = found.filter((one): one is FieldError => one.path !== null);
  return { fields, isAll: fields.length === found.length };
}

/** As far as the form divides its values: an item of a list belongs to the field of the list. */
function knownPath(path: string[], values: object): string | null {
  const names: string[] = [];
  let at: unknown = values;
  for (const name of path) {
    if (typeof at !== "object" || at === null || Array.isArray(at)) break;
    if (!(name in at)) return null;
    names.push(name);
    at = (at as Record<string, unknown>)[name];
  }
  return names.length ? names.join(".") : null;
}

/** Shows what the API refused beside its fields, and moves to the first of them. Returns what is left to be said elsewhere. */
export function useServerErrors<Values extends FieldValues>(form: UseFormReturn<Values>, error: Error | null): Error | null {
  const { control, setError, getValues } = form;
  const { fields, isAll } = useMemo(
    // a value without a field could show nothing, and its error would never be cleared: the form could not be sent again
    () => fieldErrorsOf(error, getValues(), (path) => get(control._fields, path) !== undefined),
    [error, control, getValues],
  );
  useEffect(() => {
    fields.forEach(({ path, message }, at) => setError(path as FieldPath<Values>, { type: "server", message }, { shouldFocus: at === 0 }));
  }, [fields, setError]);
  return isAll ? null : error;
}
