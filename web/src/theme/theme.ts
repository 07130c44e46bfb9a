import { createTheme, type Theme } from "@mui/material/styles";
import type { Mode } from "../stores/preferences";

declare module "@mui/material/styles" {
  interface Palette {
    line: string;
    sunken: string;
  }
  interface PaletteOptions {
    line?: string;
    sunken?: string;
  }
}

const tokens = {
  dark: {
    background: "#0e1217",
    surface: "#151a21",
    sunken: "#0a0d11",
    line: "#252c35",
    text: "#e7ebf0",
    muted: "#98a3b1",
    accent: "#6aa8ff",
    onAccent: "#0b1420",
    green: "#5ec487",
    red: "#ff7b72",
    amber: "#e3b341",
  },
  light: {
    background: "#f5f6f8",
    surface: "#ffffff",
    sunken: "#eceef1",
    line: "#dde1e7",
    text: "#151a21",
    muted: "#586271",
    accent: "#1d5fd1",
    onAccent: "#ffffff",
    green: "#1a7f45",
    red: "#c62f26",
    amber: "#8a5a00",
  },
} as const;

export function themeFor(mode: Mode): Theme {
  const t = tokens[mode];
  return createTheme({
    spacing: 8,
    motion: { reducedMotion: "system" },
    shape: { borderRadius: 6 },
    palette: {
      mode,
      line: t.line,
      sunken: t.sunken,
      divider: t.line,
      primary: { main: t.accent, contrastText: t.onAccent },
      background: { default: t.background, paper: t.surface },
      text: { primary: t.text, secondary: t.muted },
      success: { main: t.green },
      error: { main: t.red },
      info: { main: t.accent },
      warning: { main: t.amber },
    },
    typography: {
      fontFamily: '"Inter Variable", system-ui, sans-serif',
      fontSize: 14,
      h1: { fontSize: 24, fontWeight: 650, letterSpacing: "-0.015em", lineHeight: 1.3 },
      h2: { fontSize: 15, fontWeight: 600, lineHeight: 1.4 },
      body1: { fontSize: 14 },
      body2: { fontSize: 13 },
      caption: { fontSize: 12 },
      button: { textTransform: "none", fontWeight: 550 },
    },
    components: {
      MuiCssBaseline: {
        styleOverrides: {
          // what is reached by keyboard must not hide under the bar
          html: { scrollPaddingTop: 72 },
          body: { fontFeatureSettings: '"cv11", "ss03"' },
          "a:not([class])": { color: t.accent },
          ":focus-visible": { outline: `2px solid ${t.accent}`, outlineOffset: 2 },
          "@media (prefers-reduced-motion: reduce)": { "*": { animation: "none !important", transition: "none !important" } },
        },
      },
      MuiButtonBase: { defaultProps: { disableRipple: true } },
      MuiButton: { defaultProps: { disableElevation: true }, styleOverrides: { root: { borderRadius: 6 } } },
      // the last button stands in line with the fields above it
      MuiDialogActions: { styleOverrides: { root: { padding: "8px 24px 24px" } } },
      MuiInputBase: { styleOverrides: { input: { "&::placeholder": { color: t.muted, opacity: 1 } } } },
      MuiOutlinedInput: { styleOverrides: { root: { backgroundColor: t.surface } } },
      MuiPaper: { styleOverrides: { root: { backgroundImage: "none" } } },
      MuiTableCell: {
        styleOverrides: {
          root: {
            borderColor: t.line,
            padding: "8px 12px",
            fontSize: 13,
            // a button's words, not its frame, stand in line with the column
            "& .MuiButton-text": { minWidth: 0, marginRight: -5 },
          },
          head: { color: t.muted, fontWeight: 500, fontSize: 12, whiteSpace: "nowrap" },
        },
      },
      MuiTab: { styleOverrides: { root: { minHeight: 40, padding: "8px 12px", minWidth: 0, fontSize: 13 } } },
      MuiTabs: { styleOverrides: { root: { minHeight: 40 } } },
      MuiTooltip: { defaultProps: { arrow: true, enterDelay: 400 } },
    },
  });
}
