import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Persona } from "../../../api/client";
import { words } from "../../../lib/format";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Mono } from "../../../ui/Mono";
import { Section } from "../../../ui/Section";
import { personaQuery } from "../hooks/channels";
import { ENGINE, TRANSITION } from "../hooks/personas";
import { PersonaDialog } from "./PersonaDialog";
import { Swatch } from "./Swatch";

/** How the channel's videos sound and look. */
export function PersonaSection({ id }: { id: string }) {
  const found = useQuery(personaQuery(id));
  const [changing, setChanging] = useState(false);
  return (
    <Section title="How it sounds and looks" about="The persona with which its videos are made. Other channels of the same owner may share it.">
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <Facts persona={found.data.definition} />
          <Button variant="outlined" sx={{ mt: 2.5 }} onClick={() => setChanging(true)}>Change the persona</Button>
          {changing && <PersonaDialog row={found.data} onClose={() => setChanging(false)} />}
        </>
      )}
    </Section>
  );
}

function Facts({ persona }: { persona: Persona }) {
  const { brand, voice } = persona;
  return (
    <Box component="dl" sx={{ display: "grid", gridTemplateColumns: "160px minmax(0, 1fr)", columnGap: 2, rowGap: 1, m: 0, maxWidth: 640, "& dt": { color: "text.secondary" }, "& dd": { m: 0, overflowWrap: "anywhere" } }}>
      <Fact name="Persona">{persona.name}</Fact>
      <Fact name="Voice">{ENGINE[voice.engine]}{voice.voice && `, “${voice.voice}”`}, {voice.words_per_minute} words a minute{voice.engine === "espeak" && `, pitch ${voice.pitch} of 99`}</Fact>
      <Fact name="Closing words">{persona.sign_off ? `“${persona.sign_off}”` : "none"}</Fact>
      <Fact name="Accent"><Colours all={[brand.accent]} /></Fact>
      <Fact name="Companions"><Colours all={brand.companions} /></Fact>
      <Fact name="Text on background"><Colours all={[brand.text, brand.background]} /></Fact>
      <Fact name="Type">{brand.family}</Fact>
      <Fact name="Motif">{words(brand.motif)}</Fact>
      <Fact name="Transitions">{[...new Set(brand.transitions)].map((one) => TRANSITION[one]).join(", ")}</Fact>
    </Box>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <><dt>{name}</dt><dd>{children}</dd></>;
}

function Colours({ all }: { all: readonly string[] }) {
  return (
    <Box component="span" sx={{ display: "inline-flex", gap: 2 }}>
      {all.map((one) => <Box component="span" key={one} sx={{ display: "inline-flex", alignItems: "center", gap: 0.75 }}><Swatch colour={one} size={16} /><Mono>{one}</Mono></Box>)}
    </Box>
  );
}
