import Autocomplete, { type AutocompleteRenderInputParams } from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { type Key, type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from "react";
import { useNavigate } from "react-router";
import type { SearchHit } from "../../../api/client";
import { useDebounced } from "../../../ui/useDebounced";
import { asksForSearch, GROUP, grouped, placeOf, searchQuery } from "../hooks/search";

/** Finds videos and channels by their words; "/" leads here from anywhere, Enter opens the best. */
export function SearchField() {
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const q = useDebounced(typed.trim());
  const found = useQuery(searchQuery(q));
  const asked = typed.trim() !== "";
  const current = q === typed.trim() && !found.isPlaceholderData && !found.isFetching;
  const options = asked && q ? grouped(found.data?.items ?? []) : [];
  const openWhenHere = useOpenWhenHere(current, options[0], go);
  useSlash(field);

  function go(one: SearchHit) {
    setTyped("");
    setOpen(false);
    field.current?.blur();
    void navigate(placeOf(one));
  }

  function press(event: KeyboardEvent & { defaultMuiPrevented?: boolean }) {
    if (event.key === "Escape") field.current?.blur();
    if (event.key !== "Enter" || current || !asked) return;
    // what is listed belongs to fewer letters: wait for the answer to these
    event.defaultMuiPrevented = true;
    openWhenHere();
  }

  return (
    <Box role="search" sx={{ width: { xs: "100%", md: 150, xl: 300 }, order: { xs: 1, md: 0 }, mr: { md: 1, xl: 2 } }}>
      <Autocomplete<SearchHit>
        options={options}
        value={null}
        inputValue={typed}
        open={open && asked}
        onOpen={() => setOpen(true)}
        onClose={() => setOpen(false)}
        autoHighlight
        clearOnBlur={false}
        clearOnEscape
        forcePopupIcon={false}
        groupBy={(one) => GROUP[one.kind]}
        filterOptions={(all) => all}
        getOptionLabel={(one) => one.title}
        getOptionKey={(one) => one.id}
        isOptionEqualToValue={() => false}
        loading={!current}
        loadingText="Searching …"
        noOptionsText={<Nothing q={q} trouble={found.error} />}
        onInputChange={(_, text, reason) => {
          if (reason !== "selectOption" && reason !== "blur") setTyped(text);
        }}
        onChange={(_, one) => one && go(one)}
        onKeyDown={press}
        slotProps={{
          popper: { placement: "bottom-end", style: { width: "min(480px, calc(100vw - 32px))" } },
          listbox: { sx: { maxHeight: "70vh", p: 0, opacity: current ? 1 : 0.6 } },
          paper: { sx: { border: 1, borderColor: "line" } },
        }}
        renderOption={({ key, ...props }: React.HTMLAttributes<HTMLLIElement> & { key: Key }, one) => (
          <Result key={one.id} props={props} one={one} />
        )}
        renderGroup={({ key, group, children }) => (
          <li key={key}>
            <Head>{group}</Head>
            <Box component="ul" sx={{ p: 0 }}>
              {children}
            </Box>
          </li>
        )}
        renderInput={(params) => <Input params={params} field={field} />}
      />
    </Box>
  );
}

function Input({ params, field }: { params: AutocompleteRenderInputParams; field: React.RefObject<HTMLInputElement | null> }) {
  return (
    <TextField
      {...params}
      inputRef={field}
      placeholder="Search"
      size="small"
      slotProps={{
        ...params.slotProps,
        htmlInput: {
          ...params.slotProps.htmlInput,
          "aria-label": "Search videos and channels",
          "aria-keyshortcuts": "/",
          maxLength: 200,
          spellCheck: false,
        },
        input: {
          ...params.slotProps.input,
          sx: { height: 36, fontSize: 13, bgcolor: "sunken" },
          endAdornment: <Key title="Press / to search">/</Key>,
        },
      }}
    />
  );
}

function Result({ props, one }: { props: React.HTMLAttributes<HTMLLIElement>; one: SearchHit }) {
  return (
    <Box component="li" {...props} sx={{ display: "block !important", px: "16px !important", py: "8px !important" }}>
      <Box sx={{ display: "flex", gap: 2, alignItems: "baseline" }}>
        <Box sx={{ flex: 1, fontWeight: 550, overflowWrap: "anywhere" }}>{one.title}</Box>
        {one.kind === "video" && (
          <Box
            sx={{
              fontSize: 12,
              color: "text.secondary",
              flexShrink: 0,
              maxWidth: 140,
              overflow: "hidden",
              textOverflow: "ellipsis",
              whiteSpace: "nowrap",
            }}>
            {one.channel_name}
          </Box>
        )}
      </Box>
      {one.excerpt && (
        <Box
          sx={{
            fontSize: 12,
            color: "text.secondary",
            overflow: "hidden",
            display: "-webkit-box",
            WebkitLineClamp: 2,
            WebkitBoxOrient: "vertical",
            overflowWrap: "anywhere",
          }}>
          {one.excerpt}
        </Box>
      )}
    </Box>
  );
}

function Nothing({ q, trouble }: { q: string; trouble: Error | null }) {
  if (trouble) return <>Search failed: {trouble.message}</>;
  return <>No results for “{q}” in titles, descriptions, tags, scripts and channels.</>;
}

const Head = styled("div")(({ theme }) => ({
  padding: "8px 16px 4px",
  fontSize: 12,
  fontWeight: 600,
  color: theme.palette.text.secondary,
  position: "sticky",
  top: 0,
  background: theme.palette.background.paper,
  zIndex: 1,
}));

const Key = styled("kbd")(({ theme }) => ({
  font: "inherit",
  fontSize: 11,
  lineHeight: "18px",
  minWidth: 18,
  textAlign: "center",
  color: theme.palette.text.secondary,
  border: `1px solid ${theme.palette.line}`,
  borderRadius: 4,
  marginRight: 2,
}));

/** Somebody who was faster than the answer gets its first as soon as it is here. */
function useOpenWhenHere(here: boolean, first: SearchHit | undefined, open: (one: SearchHit) => void): () => void {
  const [wanted, setWanted] = useState(false);
  const openFirst = useEffectEvent(() => {
    if (first) open(first);
  });
  useEffect(() => {
    if (!wanted || !here) return;
    setWanted(false);
    openFirst();
  }, [wanted, here]);
  return () => setWanted(true);
}

function useSlash(field: React.RefObject<HTMLInputElement | null>) {
  useEffect(() => {
    function press(event: globalThis.KeyboardEvent) {
      // while a dialog or a menu is open, the page behind it is hidden
      if (!asksForSearch(event) || field.current?.closest('[aria-hidden="true"]')) return;
      event.preventDefault();
      field.current?.focus();
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [field]);
}
