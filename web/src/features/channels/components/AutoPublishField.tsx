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

const Text = styled("blockquote")(({ theme }) => ({
  margin: 0,
  padding: "8px 16px",
  borderLeft: `3px solid ${theme.palette.line}`,
  background: theme.palette.sunken,
  fontSize: 13,
}));

/** Auto-publish: only with consent to the text that is shown, which is recorded with who and when. */
export function AutoPublishField({ automation, plan, owner, disabled, onType }: Props) {
  const asks = needsConsent(automation, plan);
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <FormControlLabel
        label="Auto-publish"
        disabled={disabled}
        sx={{ width: "fit-content" }}
        control={
          <Switch
            size="small"
            checked={plan.auto_publish}
            onChange={(_, on) => onType({ auto_publish: on, agreed: false })}
            sx={{ mx: 1 }}
          />
        }
      />
      {plan.auto_publish && <Text>{automation.consent_text}</Text>}
      {asks && (
        <>
          {automation.consent_at && automation.auto_publish && (
            <Box sx={{ color: "warning.main", fontSize: 13 }}>
              ! The text has changed since it was accepted. Nothing is published automatically until the new text is accepted.
            </Box>
          )}
          <FormControlLabel
            label="I agree"
            disabled={disabled}
            sx={{ width: "fit-content" }}
            control={<Checkbox size="small" checked={plan.agreed} onChange={(_, agreed) => onType({ agreed })} />}
          />
          <Box sx={{ color: "text.secondary", fontSize: 13 }}>
            Saving records who agreed, when, and to which version of the text ({automation.current_consent_version}).
          </Box>
        </>
      )}
      {automation.can_publish && <Given automation={automation} owner={owner} ends={!plan.auto_publish} />}
    </Box>
  );
}

function Given({ automation, owner, ends }: { automation: Automation; owner: string | undefined; ends: boolean }) {
  const me = useQuery(meQuery()).data;
  const zone = useZone();
  const by = automation.consent_by === me?.id ? "you" : automation.consent_by === owner ? "the channel's owner" : "a channel admin";
  return (
    <Box sx={{ color: ends ? "warning.main" : "text.secondary", fontSize: 13 }}>
      {ends && "! Saving ends the consent: "}
      {ends ? "agreed" : "Agreed"} by {by} on {automation.consent_at && moment(automation.consent_at, zone)}, text version{" "}
      {automation.consent_version}.
    </Box>
  );
}
