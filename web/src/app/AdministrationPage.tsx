import { styled } from "@mui/material/styles";
import { useQuery } from "@tanstack/react-query";
import { Link, NavLink, Outlet } from "react-router";
import { meQuery } from "../features/accounts/hooks/me";
import { EmptyState } from "../ui/EmptyState";
import { features, navigation } from "./features";
import { paths } from "./paths";

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
        {navigation(features, "administrationTabs").map((tab) => (
          <TabLink key={tab.to} to={tab.to}>
            {tab.name}
          </TabLink>
        ))}
      </Tabs>
      <Outlet />
    </>
  );
}
