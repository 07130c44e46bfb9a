import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useMemo } from "react";
import { RouterProvider } from "react-router/dom";
import { ApiError } from "../api/client";
import { usePreferences } from "../stores/preferences";
import { themeFor } from "../theme/theme";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { router } from "./router";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2000,
      // an answer that says no stays no; only a missing answer is asked for again
      retry: (failures, error) => !(error instanceof ApiError && error.status >= 400) && failures < 3,
    },
  },
});

export function App() {
  const mode = usePreferences((state) => state.mode);
  const theme = useMemo(() => themeFor(mode), [mode]);
  return (
    <ThemeProvider theme={theme}>
      <CssBaseline enableColorScheme />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <ConfirmDialog />
      </QueryClientProvider>
    </ThemeProvider>
  );
}
