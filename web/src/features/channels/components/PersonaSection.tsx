import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Persona } from "../../../api/client";
import { labelOf } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { FactList } from "../../../ui/FactList";
import { Monospace } from "../../../ui/Monospace";
import { Section } from "../../../ui/Section";
import { personaQuery } from "../hooks/channels";
import { ENGINE, HAS_PITCH, TRANSITION } from "../hooks/personas";
import { PersonaDialog } from "./PersonaDialog";
import { ColorSwatch } from "./ColorSwatch";

/** How the channel's videos sound and look. */
export function PersonaSection({ id, changeable }: { id: string; changeable: boolean }) {
  const found = useQuery(personaQuery(id));
  const [changing, setChanging] = useState(false);
  return (
    <Section title="Persona" about="Voice and look of the channel's videos. Other channels of the same owner can use the same persona.">
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <PersonaFacts persona={found.data.definition} />
          {changeable ? (
            <Button variant="outlined" sx={{ mt: 2.5 }} onClick={() => setChanging(true)}>
              Edit persona
            </Button>
          ) : (
            <Box sx={{ color: "text.secondary", mt: 2.5 }}>Only the owner can edit the persona.</Box>
          )}
          {changing && <PersonaDialog row={found.data} onClose={() => setChanging(false)} />}
        </>
      )}
    </Section>
  );
}

function PersonaFacts({ persona }: { persona: Persona }) {
  const { brand, voice } = persona;
  return (
    <FactList
      facts={{
        Name: persona.name,
        Voice: (
          <>
            {ENGINE[voice.engine]}
            {voice.voice && `, “${voice.voice}”`}, {voice.words_per_minute} words per minute
            {HAS_PITCH.includes(voice.engine) && `, pitch ${voice.pitch} of 99`}
            {voice.style != null && `, style ${voice.style}`}
          </>
        ),
        "Closing line": persona.sign_off ? `“${persona.sign_off}”` : "none",
        Accent: <Colours all={[brand.accent]} />,
        Companions: <Colours all={brand.companions} />,
        "Text on background": <Colours all={[brand.text, brand.background]} />,
        Font: brand.family,
        Motif: labelOf(brand.motif),
        Transitions: [...new Set(brand.transitions)].map((one) => TRANSITION[one]).join(", "),
      }}
    />
  );
}

function Colours({ all }: { all: readonly string[] }) {
  return (
    <Box component="span" sx={{ display: "inline-flex", gap: 2 }}>
      {all.map((one) => (
        <Box component="span" key={one} sx={{ display: "inline-flex", alignItems: "center", gap: 0.75 }}>
          <ColorSwatch colour={one} size={16} />
          <Monospace>{one}</Monospace>
        </Box>
      ))}
    </Box>
  );
}
