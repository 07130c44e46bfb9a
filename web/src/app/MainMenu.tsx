import Button from "@mui/material/Button";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useState } from "react";
import { NavLink } from "react-router";

export interface Place {
  to: string;
  name: string;
  /** Where the address alone does not tell. */
  active?: boolean;
}

/** The places of the bar, where it is too narrow for them. */
export function MainMenu({ places }: { places: Place[] }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  return (
    <>
      <Button
        color="inherit"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ display: { lg: "none" } }}>
        Menu
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        slotProps={{ paper: { sx: { minWidth: 200, border: 1, borderColor: "line" } } }}>
        {places.map((one) => (
          <MenuItem key={one.to} component={NavLink} to={one.to} onClick={close} sx={{ minHeight: 44, "&.active": { fontWeight: 650 } }}>
            {one.name}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
