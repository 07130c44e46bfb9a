import { redirect, type RouteObject } from "react-router";
import { paths } from "./paths";
import { RouteError } from "./RouteError";
import { Shell } from "./Shell";

// nothing is drawn before the first page is here: it is a moment, and a flash of something else is longer
const HydrateFallback = () => null;

export const routes: RouteObject[] = [
  {
    errorElement: <RouteError />,
    HydrateFallback,
    children: [
      { path: "/sign-in", lazy: async () => ({ Component: (await import("../features/accounts/pages/SignInPage")).SignInPage }) },
      { path: "/register", lazy: async () => ({ Component: (await import("../features/accounts/pages/RegisterPage")).RegisterPage }) },
      { path: "/verify", lazy: async () => ({ Component: (await import("../features/accounts/pages/VerifyPage")).VerifyPage }) },
      {
        path: "/forgot-password",
        lazy: async () => ({ Component: (await import("../features/accounts/pages/ForgotPasswordPage")).ForgotPasswordPage }),
      },
      {
        path: "/link-refused",
        lazy: async () => ({ Component: (await import("../features/accounts/pages/LinkRefusedPage")).LinkRefusedPage }),
      },
      {
        path: "/reset-password",
        lazy: async () => ({ Component: (await import("../features/accounts/pages/ResetPasswordPage")).ResetPasswordPage }),
      },
    ],
  },
  {
    element: <Shell />,
    errorElement: <RouteError />,
    HydrateFallback,
    children: [
      { index: true, loader: () => redirect(paths.runs()) },
      { path: "/overview", lazy: async () => ({ Component: (await import("../features/analytics/pages/OverviewPage")).OverviewPage }) },
      { path: "/ingest", lazy: async () => ({ Component: (await import("../features/analytics/pages/IngestPage")).IngestPage }) },
      { path: "/runs", lazy: async () => ({ Component: (await import("../features/runs/pages/RunsPage")).RunsPage }) },
      { path: "/runs/:runId", lazy: async () => ({ Component: (await import("../features/runs/pages/RunPage")).RunPage }) },
      { path: "/videos", lazy: async () => ({ Component: (await import("../features/videos/pages/VideosPage")).VideosPage }) },
      { path: "/videos/:videoId", lazy: async () => ({ Component: (await import("../features/videos/pages/VideoPage")).VideoPage }) },
      { path: "/calendar", lazy: async () => ({ Component: (await import("../features/publishing/pages/CalendarPage")).CalendarPage }) },
      { path: "/channels", lazy: async () => ({ Component: (await import("../features/channels/pages/ChannelsPage")).ChannelsPage }) },
      {
        path: "/channels/:channelId",
        lazy: async () => ({ Component: (await import("../features/channels/pages/ChannelPage")).ChannelPage }),
      },
      { path: "/set-up", lazy: async () => ({ Component: (await import("../features/accounts/pages/SetUpPage")).SetUpPage }) },
      { path: "/profile", lazy: async () => ({ Component: (await import("../features/accounts/pages/ProfilePage")).ProfilePage }) },
      {
        path: "/administration",
        lazy: async () => ({ Component: (await import("../features/accounts/pages/AdministrationPage")).AdministrationPage }),
        children: [
          { index: true, loader: () => redirect(paths.administration()) },
          { path: "users", lazy: async () => ({ Component: (await import("../features/accounts/pages/UsersPage")).UsersPage }) },
          {
            path: "permissions",
            lazy: async () => ({ Component: (await import("../features/accounts/pages/PermissionsPage")).PermissionsPage }),
          },
          { path: "audit", lazy: async () => ({ Component: (await import("../features/accounts/pages/AuditPage")).AuditPage }) },
          { path: "flags", lazy: async () => ({ Component: (await import("../features/settings/pages/FlagsPage")).FlagsPage }) },
          {
            path: "settings",
            lazy: async () => ({ Component: (await import("../features/settings/pages/SettingsPage")).SettingsPage }),
          },
          { path: "database", lazy: async () => ({ Component: (await import("../features/database/pages/DatabasePage")).DatabasePage }) },
          { path: "quota", lazy: async () => ({ Component: (await import("../features/youtube/pages/QuotaPage")).QuotaPage }) },
          { path: "emails", lazy: async () => ({ Component: (await import("../features/accounts/pages/EmailsPage")).EmailsPage }) },
        ],
      },
      {
        path: "*",
        loader: () => {
          throw new Response("", { status: 404 });
        },
      },
    ],
  },
];
