import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { PageHeader } from "../../../ui/PageHeader";
import { Section } from "../../../ui/Section";
import { ApiKeys } from "../components/ApiKeys";
import { PreferenceForm } from "../../notifications/components/PreferenceForm";
import { PasswordForm } from "../components/PasswordForm";
import { PersonForm } from "../components/PersonForm";
import { SecondFactor } from "../components/SecondFactor";
import { SessionList } from "../components/SessionList";
import { meQuery, ROLE } from "../hooks/me";

export function ProfilePage() {
  const me = useQuery(meQuery()).data;
  if (!me) return null;
  const setUp = (
    <Button component={Link} to={paths.setUp()} variant="outlined">
      Set up sign-in
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Profile"
        below={
          <Typography sx={{ color: "text.secondary", mt: 0.5 }}>
            {ROLE[me.role]}
            {me.email ? `, signs in as ${me.email}` : ", signs in with the printed link"}
          </Typography>
        }
      />
      <Section title="Personal details" about="Your name is shown with your changes. Times are shown in your time zone.">
        <PersonForm key={me.id} me={me} />
      </Section>
      <Section title="Notifications" about="What the bell shows. Every alert stays on the page Alerts.">
        <PreferenceForm />
      </Section>
      <Section
        title="Password"
        about={me.email ? "A new password ends all other sessions." : "No password yet: you signed in with the printed link."}>
        {me.email ? <PasswordForm email={me.email} /> : setUp}
      </Section>
      <Section
        id="second-factor"
        title="Second factor"
        about="A code from an authenticator app, required after the password. It protects the account even if the password is known.">
        {me.email ? (
          <SecondFactor on={me.has_second_factor} />
        ) : (
          <Typography sx={{ color: "text.secondary" }}>Set an email address and a password first.</Typography>
        )}
      </Section>
      <Section
        title="Sessions"
        about="Browsers that are signed in. End every session that is not yours; it is signed out at its next request.">
        <SessionList />
      </Section>
      <Section
        title="API keys"
        about={
          <>
            For programs. A key has your permissions, limited to its scopes. All calls are in the{" "}
            <a href="/api/openapi.json">API description</a>.
          </>
        }>
        <ApiKeys isAdmin={me.role === "admin"} />
      </Section>
    </>
  );
}
