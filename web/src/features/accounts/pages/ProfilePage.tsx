import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { PageHeader } from "../../../ui/PageHeader";
import { Section } from "../../../ui/Section";
import { ApiKeys } from "../components/ApiKeys";
import { PasswordForm } from "../components/PasswordForm";
import { PersonForm } from "../components/PersonForm";
import { SecondFactor } from "../components/SecondFactor";
import { SessionList } from "../components/SessionList";
import { meQuery, ROLE } from "../hooks/me";

export function ProfilePage() {
  const me = useQuery(meQuery()).data;
  if (!me) return null;
  const setUp = <Button component={Link} to={paths.setUp()} variant="outlined">Set up your sign-in</Button>;
  return (
    <>
      <PageHeader title="Profile" below={
        <Typography sx={{ color: "text.secondary", mt: 0.5 }}>{ROLE[me.role]}{me.email ? `, signs in as ${me.email}` : ", comes in by the printed link"}</Typography>} />
      <Section title="You" about="Your name stands beside what you do. Times are written in your zone.">
        <PersonForm key={me.id} me={me} />
      </Section>
      <Section title="Password" about={me.email ? "A new password ends all other sessions." : "You have none yet: you came in by the printed link."}>
        {me.email ? <PasswordForm email={me.email} /> : setUp}
      </Section>
      <Section id="second-factor" title="Second factor" about="A code from an app on your phone, asked for after the password. It keeps others out even if they learn the password.">
        {me.email ? <SecondFactor on={me.second_factor} /> : <Typography sx={{ color: "text.secondary" }}>Set an address and a password first.</Typography>}
      </Section>
      <Section title="Sessions" about="Where you are signed in. End what you do not know; it is out with its next request.">
        <SessionList />
      </Section>
      <Section title="API keys" about={<>For programs. A key does what you may do, within its scopes. The <a href="/api/openapi.json">API's description</a> has all calls.</>}>
        <ApiKeys mayAdminister={me.role === "admin"} />
      </Section>
    </>
  );
}
