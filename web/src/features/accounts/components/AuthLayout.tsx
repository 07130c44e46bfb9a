import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";
import { usePreferences } from "../../../stores/preferences";

interface Props {
  title: string;
  lead?: ReactNode;
  links?: { to: string; text: string }[];
  children?: ReactNode;
}

/** The frame of every page before the sign-in. */
export function AuthLayout({ title, lead, links = [], children }: Props) {
  const { mode, toggleMode } = usePreferences();
  return (
    <Box sx={{ minHeight: "100vh", display: "grid", gridTemplateRows: "auto 1fr", px: 3 }}>
      <title>{`${title} · YTEMPIRE`}</title>
      <Box component="header" sx={{ display: "flex", alignItems: "center", gap: 1, height: 56 }}>
        <Box component="img" src="/icon.svg" alt="" sx={{ width: 28, height: 28 }} />
        <Box sx={{ fontWeight: 700, letterSpacing: "0.04em", flex: 1 }}>YTEMPIRE</Box>
        <Button color="inherit" size="small" onClick={toggleMode} sx={{ color: "text.secondary" }}>
          {mode === "dark" ? "Light" : "Dark"}
        </Button>
      </Box>
      <Box component="main" sx={{ width: 1, maxWidth: 440, mx: "auto", pt: { xs: 4, md: "12vh" }, pb: 6 }}>
        <Box sx={{ bgcolor: "background.paper", border: 1, borderColor: "line", borderRadius: 1.5, p: 4 }}>
          <Typography variant="h1">{title}</Typography>
          {lead && <Typography sx={{ color: "text.secondary", mt: 0.5 }}>{lead}</Typography>}
          {children}
        </Box>
        {links.length > 0 && (
          <Box component="nav" aria-label="Other options" sx={{ display: "flex", justifyContent: "space-between", gap: 2, mt: 2, px: 0.5 }}>
            {links.map((link) => (
              <Link key={link.to} component={RouterLink} to={link.to} underline="hover" variant="body2">
                {link.text}
              </Link>
            ))}
          </Box>
        )}
      </Box>
    </Box>
  );
}
