import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Divider from "@mui/material/Divider";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useState } from "react";
import { Link } from "react-router";
import type { CurrentUser } from "../api/client";
import { nameOf, ROLE, useSignOut } from "../features/accounts/hooks/me";
import { characters } from "../lib/characters";
import { ErrorAlert } from "../ui/ErrorAlert";
import { paths } from "./paths";

export function PersonMenu({ me }: { me: CurrentUser }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const signOut = useSignOut();
  const close = () => setAnchor(null);
  const name = me.full_name || me.email?.split("@")[0] || "You";
  return (
    <>
      <Button
        color="inherit"
        size="small"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-label={`Account of ${name}`}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ gap: 1, maxWidth: 240 }}>
        <Initial name={name} />
        <Box
          component="span"
          sx={{ display: { xs: "none", sm: "inline" }, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
          {name}
        </Box>
        <Box component="span" aria-hidden sx={{ color: "text.secondary", fontSize: 10 }}>
          ▾
        </Box>
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
        slotProps={{ paper: { sx: { minWidth: 220, mt: 0.5, border: 1, borderColor: "line" } } }}>
        <Box component="li" role="none" sx={{ px: 2, pt: 0.5, pb: 1, outline: "none" }}>
          <Box sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{nameOf(me)}</Box>
          <Box sx={{ fontSize: 12, color: "text.secondary", overflowWrap: "anywhere" }}>
            {me.full_name && me.email ? `${me.email}, ` : ""}
            {ROLE[me.role]}
          </Box>
        </Box>
        <Divider />
        <MenuItem component={Link} to={paths.profile()} onClick={close}>
          Profile
        </MenuItem>
        {me.role === "admin" && (
          <MenuItem component={Link} to={paths.administration()} onClick={close}>
            Administration
          </MenuItem>
        )}
        <Divider />
        <MenuItem disabled={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </MenuItem>
        {signOut.error && (
          <Box component="li" role="none" sx={{ px: 2, maxWidth: 320 }}>
            <ErrorAlert error={signOut.error} />
          </Box>
        )}
      </Menu>
    </>
  );
}

function Initial({ name }: { name: string }) {
  return (
    <Box
      component="span"
      aria-hidden
      sx={{
        width: 24,
        height: 24,
        borderRadius: "50%",
        display: "grid",
        placeItems: "center",
        fontSize: 12,
        fontWeight: 650,
        bgcolor: "sunken",
        border: 1,
        borderColor: "line",
        color: "text.secondary",
        flexShrink: 0,
      }}>
      {characters(name)[0]?.toUpperCase()}
    </Box>
  );
}
