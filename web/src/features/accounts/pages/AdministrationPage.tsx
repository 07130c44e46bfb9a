import { styled } from "@mui/material/styles";
import { useQuery } from "@tanstack/react-query";
import { Link, NavLink, Outlet } from "react-router";
import { paths } from "../../../app/paths";
import { EmptyState } from "../../../ui/EmptyState";
import { meQuery } from "../hooks/me";

const Tabs = styled("nav")(({ theme }) => ({
  display: "flex",
  gap: 4,
  marginBottom: 24,
  overflowX: "auto",
  overflowY: "hidden",
  borderBottom: `1px solid ${theme.palette.line}`,
}));

const TabLink = styled(NavLink)(({ theme }) => ({
  color: theme.palette.text.secondary,
  textDecoration: "none",
  fontSize: 13,
  fontWeight: 550,
  padding: "8px 12px",
  whiteSpace: "nowrap",
  borderBottom: "2px solid transparent",
  "&:hover": { color: theme.palette.text.primary },
  "&.active": { color: theme.palette.primary.main, borderBottomColor: theme.palette.primary.main },
}));

export function AdministrationPage() {
  const me = useQuery(meQuery()).data;
  if (me?.role !== "admin") {
    return (
      <EmptyState
        title="Administrators only"
        body="Only administrators can view and change users, permissions and the audit trail. Ask an administrator."
        action={<Link to={paths.runs()}>Go to runs</Link>}
      />
    );
  }
  return (
    <>
      <Tabs aria-label="Administration">
        <TabLink to={paths.administration("users")}>Users</TabLink>
        <TabLink to={paths.administration("permissions")}>Permissions</TabLink>
        <TabLink to={paths.administration("audit")}>Audit trail</TabLink>
        <TabLink to={paths.administration("flags")}>Feature flags</TabLink>
        <TabLink to={paths.administration("settings")}>Settings</TabLink>
        <TabLink to={paths.administration("database")}>Database</TabLink>
        <TabLink to={paths.administration("quota")}>Quota</TabLink>
        <TabLink to={paths.administration("emails")}>Emails</TabLink>
      </Tabs>
      <Outlet />
    </>
  );
}
