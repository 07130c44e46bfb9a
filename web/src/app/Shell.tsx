import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { styled } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Navigate, NavLink, Outlet, useLocation } from "react-router";
import { connectLive } from "../api/live";
import { SetupBanner } from "../features/accounts/components/SetupBanner";
import { meQuery } from "../features/accounts/hooks/me";
import { Bell } from "../features/notifications/components/Bell";
import { SearchField } from "../features/search/components/SearchField";
import { useLive } from "../stores/live";
import { usePreferences } from "../stores/preferences";
import { followOtherTabs, useSession } from "../stores/session";
import { ErrorAlert } from "../ui/ErrorAlert";
import { features, navigation } from "./features";
import { MainMenu, type Place } from "./MainMenu";
import { paths } from "./paths";
import { PersonMenu } from "./PersonMenu";

const Bar = styled("nav")(({ theme }) => ({
  position: "sticky",
  top: 0,
  zIndex: theme.zIndex.appBar,
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: 8,
  minHeight: 56,
  padding: "8px 24px",
  background: theme.palette.background.paper,
  borderBottom: `1px solid ${theme.palette.line}`,
}));

const Item = styled(NavLink)(({ theme }) => ({
  color: theme.palette.text.secondary,
  textDecoration: "none",
  fontWeight: 550,
  padding: "8px",
  [theme.breakpoints.up("xl")]: { padding: "8px 12px" },
  borderRadius: 6,
  "&:hover": { color: theme.palette.text.primary },
  "&.active": { color: theme.palette.text.primary, background: theme.palette.sunken },
}));

/** Everything behind the sign-in. Whoever turns out not to be signed in goes there, and comes back to this place. */
export function Shell() {
  const ended = useSession((state) => state.ended);
  const place = useLocation();
  if (ended) return <Navigate to={paths.signIn(ended.why ? place.pathname + place.search + place.hash : undefined)} replace />;
  return <Inside />;
}

function Inside() {
  const { mode, toggleMode } = usePreferences();
  const queries = useQueryClient();
  const { pathname } = useLocation();
  const { data: me, error, refetch } = useQuery(meQuery());
  const known = me !== undefined;
  // somebody else may be signed in now: nothing of what is here may stay
  useEffect(() => followOtherTabs(() => location.reload()), []);
  useEffect(() => (known ? connectLive(queries) : undefined), [known, queries]);
  if (!me && !error) return null;
  const places: Place[] = [
    ...navigation(features, "menu"),
    ...(me?.role === "admin"
      ? [{ to: paths.administration(), name: "Administration", active: pathname.startsWith("/administration") }]
      : []),
  ];
  return (
    <>
      <Bar aria-label="Main">
        <Box component="img" src="/icon.svg" alt="" sx={{ width: 28, height: 28 }} />
        <Box sx={{ fontWeight: 700, letterSpacing: "0.04em", mr: { xs: 3, lg: 1, xl: 3 }, display: { xs: "none", sm: "block" } }}>
          YTEMPIRE
        </Box>
        <MainMenu places={places} />
        <Box sx={{ display: { xs: "none", lg: "flex" }, gap: { lg: 0.5, xl: 1 } }}>
          {places.map((one) => (
            <Item key={one.to} to={one.to} className={one.active ? "active" : undefined}>
              {one.name}
            </Item>
          ))}
        </Box>
        <Box sx={{ flex: 1 }} />
        {me && <SearchField />}
        <Connection />
        {me && <Bell />}
        <Button color="inherit" size="small" onClick={toggleMode} sx={{ color: "text.secondary" }}>
          {mode === "dark" ? "Light" : "Dark"}
        </Button>
        {me && <PersonMenu me={me} />}
      </Bar>
      <Box component="main" sx={{ maxWidth: 1440, mx: "auto", px: { xs: 2, sm: 3 }, py: 3 }}>
        {me && me.email === null && pathname !== paths.setUp() && <SetupBanner />}
        {me ? <Outlet /> : <ErrorAlert error={error} onRetry={() => void refetch()} />}
      </Box>
    </>
  );
}

function Connection() {
  const connected = useLive((state) => state.connected);
  return (
    <Tooltip title={connected ? "Live updates are on." : "The live connection is lost. The page polls every 5 seconds."}>
      <Box role="status" sx={{ fontSize: 12, color: "text.secondary", display: "flex", alignItems: "center", gap: 1, mr: 1 }}>
        <Box
          aria-hidden
          sx={{
            width: 8,
            height: 8,
            borderRadius: "50%",
            bgcolor: connected ? "success.main" : "transparent",
            border: connected ? 0 : "1.5px solid",
            borderColor: "warning.main",
          }}
        />
        <Box component="span" sx={{ display: { xs: "none", sm: "inline" } }}>
          {connected ? "Live" : "Polling"}
        </Box>
      </Box>
    </Tooltip>
  );
}
