import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Persona } from "../../../api/client";
import { words } from "../../../lib/format";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Facts } from "../../../ui/Facts";
import { Mono } from "../../../ui/Mono";
import { Section } from "../../../ui/Section";
import { personaQuery } from "../hooks/channels";
import { ENGINE, TRANSITION } from "../hooks/personas";
import { PersonaDialog } from "./PersonaDialog";
import { Swatch } from "./Swatch";

/** How the channel's videos sound and look. */
export function PersonaSection({ id, changeable }: { id: string; changeable: boolean }) {
  const found = useQuery(personaQuery(id));
  const [changing, setChanging] = useState(false);
  return (
    <Section title="How it sounds and looks" about="The persona with which its videos are made. Other channels of the same owner may share it.">
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <PersonaFacts persona={found.data.definition} />
          {changeable
            ? <Button variant="outlined" sx={{ mt: 2.5 }} onClick={() => setChanging(true)}>Change the persona</Button>
            : <Box sx={{ color: "text.secondary", mt: 2.5 }}>The persona is the owner's, who alone can change it.</Box>}
          {changing && <PersonaDialog row={found.data} onClose={() => setChanging(false)} />}
        </>
      )}
    </Section>
  );
}

function PersonaFacts({ persona }: { persona: Persona }) {
  const { brand, voice } = persona;
  return (
    <Facts facts={{
      Persona: persona.name,
      Voice: <>{ENGINE[voice.engine]}{voice.voice && `, “${voice.voice}”`}, {voice.words_per_minute} words a minute{voice.engine === "espeak" && `, pitch ${voice.pitch} of 99`}</>,
      "Closing words": persona.sign_off ? `“${persona.sign_off}”` : "none",
      Accent: <Colours all={[brand.accent]} />,
      Companions: <Colours all={brand.companions} />,
      "Text on background": <Colours all={[brand.text, brand.background]} />,
      Type: brand.family,
      Motif: words(brand.motif),
      Transitions: [...new Set(brand.transitions)].map((one) => TRANSITION[one]).join(", "),
    }} />
  );
}

function Colours({ all }: { all: readonly string[] }) {
  return (
    <Box component="span" sx={{ display: "inline-flex", gap: 2 }}>
      {all.map((one) => <Box component="span" key={one} sx={{ display: "inline-flex", alignItems: "center", gap: 0.75 }}><Swatch colour={one} size={16} /><Mono>{one}</Mono></Box>)}
    </Box>
  );
}
