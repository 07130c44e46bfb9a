import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { styled } from "@mui/material/styles";
import Switch from "@mui/material/Switch";
import { useQuery } from "@tanstack/react-query";
import type { Automation } from "../../../api/client";
import { moment } from "../../../lib/dates";
import { meQuery, useZone } from "../../accounts/hooks/me";
import { needsConsent, type Plan } from "../hooks/automation";

interface Props {
  automation: Automation;
  plan: Plan;
  owner: string | undefined;
  disabled: boolean;
  onType: (part: Partial<Plan>) => void;
}

const Text = styled("blockquote")(({ theme }) => ({ margin: 0, padding: "8px 16px", borderLeft: `3px solid ${theme.palette.line}`, background: theme.palette.sunken, fontSize: 13 }));

/** Publishing unasked: only with a consent to the text that is shown, which is kept with who and when. */
export function PublishField({ automation, plan, owner, disabled, onType }: Props) {
  const asks = needsConsent(automation, plan);
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <FormControlLabel label="Publish by itself" disabled={disabled} sx={{ width: "fit-content" }}
        control={<Switch size="small" checked={plan.publish_by_itself} onChange={(_, on) => onType({ publish_by_itself: on, agreed: false })} sx={{ mx: 1 }} />} />
      {plan.publish_by_itself && <Text>{automation.consent_text}</Text>}
      {asks && (
        <>
          {automation.consent_at && automation.publish_by_itself && <Box sx={{ color: "warning.main", fontSize: 13 }}>! The text is another one since somebody agreed to it: until somebody agrees to this one, nothing is published by itself.</Box>}
          <FormControlLabel label="I agree to this text" disabled={disabled} sx={{ width: "fit-content" }}
            control={<Checkbox size="small" checked={plan.agreed} onChange={(_, agreed) => onType({ agreed })} />} />
          <Box sx={{ color: "text.secondary", fontSize: 13 }}>It is recorded with the save: who agreed, when, and to which text, that of {automation.present_version}.</Box>
        </>
      )}
      {automation.may_publish && <Given automation={automation} owner={owner} ends={!plan.publish_by_itself} />}
    </Box>
  );
}

function Given({ automation, owner, ends }: { automation: Automation; owner: string | undefined; ends: boolean }) {
  const me = useQuery(meQuery()).data;
  const zone = useZone();
  const by = automation.consent_by === me?.id ? "you" : automation.consent_by === owner ? "the channel's owner" : "somebody who may manage the channel";
  return (
    <Box sx={{ color: ends ? "warning.main" : "text.secondary", fontSize: 13 }}>
      {ends && "! Saving ends the consent: "}{ends ? "agreed" : "Agreed"} to by {by} on {automation.consent_at && moment(automation.consent_at, zone)}, text of {automation.consent_version}.
    </Box>
  );
}
