import { styled } from "@mui/material/styles";
import { useQuery } from "@tanstack/react-query";
import { Link, NavLink, Outlet } from "react-router";
import { paths } from "../../../app/paths";
import { EmptyState } from "../../../ui/EmptyState";
import { meQuery } from "../hooks/me";

const Parts = styled("nav")(({ theme }) => ({ display: "flex", gap: 4, marginBottom: 24, overflowX: "auto", overflowY: "hidden", borderBottom: `1px solid ${theme.palette.line}` }));

const Part = styled(NavLink)(({ theme }) => ({
  color: theme.palette.text.secondary, textDecoration: "none", fontSize: 13, fontWeight: 550, padding: "8px 12px", whiteSpace: "nowrap", borderBottom: "2px solid transparent",
  "&:hover": { color: theme.palette.text.primary },
  "&.active": { color: theme.palette.primary.main, borderBottomColor: theme.palette.primary.main },
}));

export function AdministrationPage() {
  const me = useQuery(meQuery()).data;
  if (me?.role !== "admin") {
    return <EmptyState title="For administrators" body="Users, permissions and the audit trail are seen and changed by administrators only. Ask one of them." action={<Link to={paths.runs()}>Go to the runs</Link>} />;
  }
  return (
    <>
      <Parts aria-label="Administration">
        <Part to={paths.administration("users")}>Users</Part>
        <Part to={paths.administration("permissions")}>Permissions</Part>
        <Part to={paths.administration("audit")}>Audit trail</Part>
        <Part to={paths.administration("flags")}>Feature flags</Part>
        <Part to={paths.administration("configuration")}>Configuration</Part>
        <Part to={paths.administration("database")}>Database</Part>
        <Part to={paths.administration("quota")}>Quota</Part>
        <Part to={paths.administration("outbox")}>Outbox</Part>
      </Parts>
      <Outlet />
    </>
  );
}
