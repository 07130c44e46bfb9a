import Autocomplete, { type AutocompleteRenderInputParams } from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import type { SxProps, Theme } from "@mui/material/styles";
import TextField from "@mui/material/TextField";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Key, type ReactNode, useState } from "react";
import { api, unwrap, type User } from "../api/client";
import { personName } from "../lib/person";
import { useDebounced } from "./useDebounced";

const OFFERED = 50;

/** What a field needs to show somebody. */
export interface Pick {
  id: string;
  full_name: string;
  email: string | null;
}

interface Props {
  label: string;
  /** Whom the field offers, of those who are found. */
  offers?: (user: User) => boolean;
  helperText?: ReactNode;
  placeholder?: string;
  disabled?: boolean;
  sx?: SxProps<Theme>;
}

/** One person, found by name or address; the server looks, so it does not matter how many there are. */
export function PersonPicker({ value, onChange, ...rest }: Props & { value: Pick | null; onChange: (person: Pick | null) => void }) {
  const { input, shared } = useOptions(rest);
  return <Autocomplete<Pick> {...shared} {...input} value={value} onChange={(_, next) => onChange(next)} />;
}

/** Several people. */
export function PeoplePicker({ value, onChange, ...rest }: Props & { value: Pick[]; onChange: (people: Pick[]) => void }) {
  const { input, shared } = useOptions(rest);
  return (
    <Autocomplete<Pick, true> {...shared} {...input} multiple filterSelectedOptions value={value} onChange={(_, next) => onChange(next)} />
  );
}

function useOptions({ label, offers = () => true, helperText, placeholder, disabled, sx }: Props) {
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const q = useDebounced(typed.trim());
  const found = useQuery({
    queryKey: ["users", "offered", q],
    queryFn: () => unwrap(api.GET("/api/v1/users", { params: { query: { q, limit: OFFERED } } })),
    placeholderData: keepPreviousData,
    enabled: open,
  });
  const options: Pick[] = (found.data?.items ?? []).filter(offers);
  const trouble = found.error && `Users could not be loaded: ${found.error.message}`;
  const shared = {
    options,
    disabled,
    sx,
    size: "small" as const,
    // the server has looked already
    filterOptions: (all: Pick[]) => all,
    getOptionLabel: personName,
    getOptionKey: (person: Pick) => person.id,
    isOptionEqualToValue: (one: Pick, other: Pick) => one.id === other.id,
    loading: found.isFetching,
    noOptionsText: q ? "No name or email contains this" : "No users to choose",
    onOpen: () => setOpen(true),
    onClose: () => setOpen(false),
    renderOption: ({ key, ...props }: React.HTMLAttributes<HTMLLIElement> & { key: Key }, person: Pick) => (
      <Box component="li" key={key} {...props} sx={{ display: "block !important" }}>
        <Box sx={{ overflowWrap: "anywhere" }}>{personName(person)}</Box>
        {person.full_name && person.email && (
          <Box sx={{ fontSize: 12, color: "text.secondary", overflowWrap: "anywhere" }}>{person.email}</Box>
        )}
      </Box>
    ),
    renderInput: ({ slotProps, ...props }: AutocompleteRenderInputParams) => (
      <TextField
        {...props}
        label={label}
        placeholder={placeholder}
        slotProps={{ ...slotProps, inputLabel: { ...slotProps.inputLabel, ...(placeholder ? { shrink: true } : {}) } }}
        error={Boolean(trouble)}
        helperText={trouble || helperText}
      />
    ),
  };
  // choosing somebody writes their name into the field: that is no search
  const input = { onInputChange: (_: unknown, text: string, reason: string) => setTyped(reason === "input" ? text : "") };
  return { input, shared };
}
